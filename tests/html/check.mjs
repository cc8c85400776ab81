// Looks at HTML reports in Chromium: filter, search, keyboard, accessibility, hostile text, speed.
// Run by scripts/check-html, which makes the reports and installs playwright-core and axe-core.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    tools: { type: "string" },
    reports: { type: "string" },
    browser: { type: "string" },
    screenshots: { type: "string" },
  },
});
const require = createRequire(path.resolve(options.tools, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// What first paint and a filter may take, in milliseconds.
const LIMIT = 1000;

const browser = await chromium.launch({
  executablePath: options.browser,
  args: [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
let failures = 0;
let checks = 0;

const check = (name, isTrue, detail = "") => {
  checks += 1;
  if (isTrue) return;
  failures += 1;
  console.error(`check-html: ${name} ${detail}`);
};

// Opens a report; whatever it says on the console, asks for or throws is noted.
const open = async (name, more = {}) => {
  const { hash = "", ...settings } = more;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  const noted = [];
  const own = `file://${path.resolve(options.reports, `${name}.html`)}`;
  page.on("console", (message) => noted.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => noted.push(`error: ${error}`));
  page.on("dialog", (dialog) => {
    noted.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== own) noted.push(`request: ${request.url()}`);
  });
  await page.goto(own + hash);
  return { page, noted, close: () => context.close() };
};

const shown = (page) => page.locator("details.role:not([hidden])").count();

const filters = async () => {
  const { page, noted, close } = await open("example");
  const all = await shown(page);
  await page.selectOption("#status", "drifted");
  await page.waitForFunction(() => document.querySelector("details.role[data-status=conforms]").hidden);
  check("filter by status", await shown(page) === 11, `${await shown(page)} roles`);
  await page.selectOption("#severity", "critical");
  await page.waitForFunction(() => document.getElementById("shown").textContent.startsWith("1 of"));
  check("filter by severity", await shown(page) === 1);
  check("empty families are hidden", await page.locator("#roles .family:not([hidden])").count() === 1);
  await page.click("#filter button[type=reset]");
  await page.waitForFunction((all) => document.getElementById("shown").textContent.startsWith(`${all} of`), all);
  await page.fill("#search", "S3:deletebucket exportedREPORTS");
  await page.waitForFunction((all) => !document.getElementById("shown").textContent.startsWith(`${all} of`), all);
  check("search finds words of findings", await shown(page) === 1, `${await shown(page)} roles`);
  await page.fill("#search", "no such text anywhere");
  await page.locator("#nothing").waitFor({ state: "visible" });
  check("search without a hit shows no role", await shown(page) === 0);
  await page.click("#filter button[type=reset]");
  await page.selectOption("#origin", "aws");
  await page.waitForFunction((all) => !document.getElementById("shown").textContent.startsWith(`${all} of`), all);
  const others = page.locator("#roles .finding:not([hidden]):not([data-origin=aws])");
  const inShown = await page.locator("details.role:not([hidden]) .finding:not([hidden]):not([data-origin=aws])").count();
  check("filter by origin hides other findings", inShown === 0, `${inShown} of ${await others.count()}`);
  check("example: nothing on the console, nothing asked", noted.length === 0, noted.join("; "));
  await close();
};

const keyboard = async () => {
  const { page, noted, close } = await open("example");
  await page.keyboard.press("Tab");
  check("the first stop skips to the roles", await page.evaluate(() => document.activeElement.className) === "skip");
  await page.keyboard.press("Enter");
  check("it leads there", page.url().endsWith("#roles"));
  await page.focus("#search");
  await page.keyboard.type("d3Wn8");
  await page.waitForFunction(() => document.getElementById("shown").textContent.startsWith("1 of"));
  for (let stop = 0; stop < 15; stop += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.tagName === "SUMMARY")) break;
  }
  await page.keyboard.press("Enter");
  check("a role opens by keyboard", await page.locator("details.role[open]:not([hidden])").count() === 1);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  check("the focus is visible", outline !== "none", outline);
  await page.keyboard.press("Tab");
  check("what is inside can be reached", await page.evaluate(() => Boolean(document.activeElement.closest("details.role[open]"))));
  check("keyboard: nothing on the console", noted.length === 0, noted.join("; "));
  await close();
};

const links = async () => {
  const { page, close } = await open("example");
  const broken = await page.evaluate(() =>
    Array.from(document.querySelectorAll("a[href^='#']"), (link) => link.getAttribute("href").slice(1))
      .filter((id) => !document.getElementById(id)));
  check("every link within the page leads somewhere", broken.length === 0, broken.join(", "));
  const ids = await page.evaluate(() => {
    const all = Array.from(document.querySelectorAll("[id]"), (element) => element.id);
    return all.length - new Set(all).size;
  });
  check("no id twice", ids === 0);
  const target = await page.locator("#roles .finding .where a").first().getAttribute("href");
  await close();
  const deep = await open("example", { hash: target });
  check("a link to a document opens it", await deep.page.locator(target).isVisible());
  await deep.close();
};

const accessible = async () => {
  for (const name of ["example", "trend", "hostile", "empty", "marked", "organization"]) {
    for (const colorScheme of ["light", "dark"]) {
      // axe-core itself is foreign script, which the report's own policy refuses.
      const { page, close } = await open(name, { colorScheme, bypassCSP: true });
      await page.evaluate(() => {
        for (const element of document.querySelectorAll("details")) element.open = true;
      });
      await page.addStyleTag({ content: "details.role, details.policy { content-visibility: visible !important; }" });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const grave = violations.filter((own) => ["serious", "critical"].includes(own.impact));
      check(`axe-core: ${name}, ${colorScheme}`, grave.length === 0, grave.map((own) =>
        `${own.id} (${own.nodes.length}): ${own.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any.map((any) => any.message)}`).join(" | ")}`).join("; "));
      const light = violations.filter((own) => !grave.includes(own)).map((own) => `${own.id} (${own.nodes.length})`);
      console.log(`axe-core: ${name}, ${colorScheme}: ${grave.length} serious${light.length ? `; lesser: ${light.join(", ")}` : ""}`);
      await close();
    }
  }
};

const narrow = async () => {
  for (const name of ["example", "hostile", "trend"]) {
    const { page, close } = await open(name, { viewport: { width: 360, height: 740 } });
    await page.click("#expand");
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(`${name} fits a narrow window`, over <= 0, `${over} px too wide`);
    await close();
  }
};

const hostile = async () => {
  const { page, noted, close } = await open("hostile");
  await page.click("#expand");
  const foreign = await page.evaluate(() => ({
    scripts: document.scripts.length,
    active: document.querySelectorAll("img, iframe, object, embed, link, base, form:not(#filter), svg script").length,
    handlers: Array.from(document.querySelectorAll("*")).filter((element) =>
      Array.from(element.attributes).some(({ name }) => name.startsWith("on") || name === "style")).length,
    links: Array.from(document.querySelectorAll("a")).filter((link) =>
      !/^(#|https:\/\/(docs\.aws\.amazon\.com|aws\.amazon\.com)\/)/.test(link.getAttribute("href"))).map((link) => link.href),
    title: document.title,
  }));
  check("hostile text makes no element", foreign.scripts === 1 && foreign.active === 0 && foreign.handlers === 0, JSON.stringify(foreign));
  check("hostile text makes no link", foreign.links.length === 0, foreign.links.join(", "));
  const text = await page.evaluate(() => document.body.textContent);
  check("hostile text is there as text", text.includes("<script>alert(1)</script><img src=x onerror=alert(1)>"));
  check("hostile: nothing on the console, nothing asked", noted.length === 0, noted.join("; "));
  // Even where escaping failed, nothing would run and nothing would be asked.
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.pwned = true";
    document.body.append(script);
    const holder = document.createElement("div");
    holder.innerHTML = '<img src="https://evil.example/x.png" onerror="globalThis.pwned = true"><a href="javascript:globalThis.pwned=true" id="evil">x</a>';
    document.body.append(holder);
    document.getElementById("evil").click();
  });
  await page.waitForTimeout(200);
  check("the policy refuses foreign script", await page.evaluate(() => globalThis.pwned === undefined));
  check("the policy says so", noted.filter((own) => own.includes("Content Security Policy")).length >= 3, noted.join("; "));
  await close();
};

const incomplete = async () => {
  const { page, close } = await open("example");
  check("what was not read is on the first screen",
    await page.evaluate(() => document.querySelector("#glance .alarm").getBoundingClientRect().bottom < innerHeight));
  await close();
};

const trend = async () => {
  const { page, noted, close } = await open("trend");
  check("the trend lists its runs", await page.locator("#trend tbody tr").count() === 4);
  check("what is resolved is listed", (await page.locator("#since").textContent()).includes("1 resolved"));
  await page.check("#new");
  await page.locator("#nothing").waitFor({ state: "visible" });
  check("only new findings are shown", await shown(page) === 0);
  check("trend: nothing on the console", noted.length === 0, noted.join("; "));
  await close();
};

const scriptless = async () => {
  const { page, close } = await open("example", { javaScriptEnabled: false });
  check("without script the filter is not offered", !(await page.locator("#filter").isVisible()));
  await page.locator("details.role > summary").first().click();
  check("without script a role opens", await page.locator("details.role .finding").first().isVisible());
  await close();
};

const printed = async () => {
  const { page, close } = await open("example");
  const pdf = await page.pdf({ format: "A4" });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
  check("drifted roles are printed in full, and no more", pages > 8 && pages < 60, `${pages} pages`);
  console.log(`printed: ${pages} pages`);
  check("what was closed is closed again", await page.locator("details.role[open]").count() === 0);
  await close();
};

const large = async () => {
  const { page, noted, close } = await open("large");
  const { paint, loaded, findings } = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    loaded: performance.timing.loadEventEnd - performance.timing.navigationStart,
    findings: document.querySelectorAll(".finding").length,
  }));
  check("10,000 findings are there", findings >= 10_000, `${findings}`);
  check("10,000 findings: first paint", paint < LIMIT, `${paint} ms`);
  const timed = (act) => page.evaluate(async (act) => {
    const start = performance.now();
    const element = document.getElementById(act.id);
    element.value = act.value;
    element.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    return performance.now() - start;
  }, act);
  const times = {
    severity: await timed({ id: "severity", value: "high" }),
    status: await timed({ id: "status", value: "conforms" }),
    reset: await timed({ id: "status", value: "" }),
    search: await timed({ id: "search", value: "bucket-77-" }),
    again: await timed({ id: "search", value: "bucket-778-" }),
  };
  for (const [name, time] of Object.entries(times)) check(`10,000 findings: ${name}`, time < LIMIT, `${time} ms`);
  check("10,000 findings: search finds one role", await shown(page) === 1, `${await shown(page)}`);
  check("large: nothing on the console", noted.length === 0, noted.join("; "));
  const rounded = Object.entries(times).map(([name, time]) => `${name} ${Math.round(time)} ms`);
  console.log(`${findings} findings: first paint ${Math.round(paint)} ms, loaded ${loaded} ms, ${rounded.join(", ")}`);
  await close();
};

const rows = (page) => page.locator("#accounts tbody tr:not([hidden])").count();

const organization = async () => {
  const { page, noted, close } = await open("organization");
  const all = await rows(page);
  check("what is missing is on the first screen",
    await page.evaluate(() => document.querySelector("#glance .alarm").getBoundingClientRect().bottom < innerHeight));
  await page.selectOption("#outcome", "failed");
  await page.waitForFunction((all) => !document.getElementById("shown").textContent.startsWith(`${all} of`), all);
  check("filter by outcome", await rows(page) === 18, `${await rows(page)} accounts`);
  await page.click("#filter button[type=reset]");
  await page.waitForFunction((all) => document.getElementById("shown").textContent.startsWith(`${all} of`), all);
  await page.fill("#search", "payments");
  await page.waitForFunction(() => document.getElementById("shown").textContent.startsWith("1 of"));
  const others = await page.locator("#findings .finding:not([hidden])").evaluateAll((found) =>
    found.filter((own) => !own.textContent.includes("payments")).length);
  check("search finds an account and its findings by name", others === 0);
  await page.fill("#search", "no such text anywhere");
  await page.locator("#nothing").waitFor({ state: "visible" });
  const broken = await page.evaluate(() =>
    Array.from(document.querySelectorAll("a[href^='#']"), (link) => link.getAttribute("href").slice(1))
      .filter((id) => !document.getElementById(id)));
  check("organization: every link within the page leads somewhere", broken.length === 0, broken.join(", "));
  const foreign = await page.evaluate(() => ({
    scripts: document.scripts.length,
    active: document.querySelectorAll("img, iframe, object, embed, link, base, form:not(#filter), svg script").length,
    links: Array.from(document.querySelectorAll("a")).filter((link) =>
      !/^(#|https:\/\/(docs\.aws\.amazon\.com|aws\.amazon\.com)\/)/.test(link.getAttribute("href"))).length,
  }));
  check("organization: hostile text makes no element and no link",
    foreign.scripts === 1 && foreign.active === 0 && foreign.links === 0, JSON.stringify(foreign));
  check("organization: nothing on the console, nothing asked", noted.length === 0, noted.join("; "));
  await close();
  const small = await open("organization", { viewport: { width: 360, height: 740 } });
  const over = await small.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check("organization fits a narrow window", over <= 0, `${over} px too wide`);
  await small.close();
};

const accounts = async () => {
  const { page, noted, close } = await open("accounts");
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  check("10,000 accounts are there", await rows(page) === 10_000, `${await rows(page)}`);
  check("10,000 accounts: first paint", paint < LIMIT, `${paint} ms`);
  const took = await page.evaluate(async () => {
    const start = performance.now();
    const element = document.getElementById("search");
    element.value = "team-4321";
    element.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    return performance.now() - start;
  });
  check("10,000 accounts: search", took < LIMIT, `${took} ms`);
  check("10,000 accounts: search finds one", await rows(page) === 1, `${await rows(page)}`);
  check("accounts: nothing on the console", noted.length === 0, noted.join("; "));
  console.log(`10,000 accounts: first paint ${Math.round(paint)} ms, search ${Math.round(took)} ms`);
  await close();
};

const screenshots = async (folder) => {
  mkdirSync(folder, { recursive: true });
  for (const [name, settings] of Object.entries({
    desktop: {}, dark: { colorScheme: "dark" }, narrow: { viewport: { width: 390, height: 844 } },
  })) {
    const { page, close } = await open("trend", settings);
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
    await page.locator("details.role").first().evaluate((role) => {
      role.open = true;
      role.scrollIntoView();
    });
    await page.screenshot({ path: path.join(folder, `${name}-role.png`) });
    await close();
  }
  const { page, close } = await open("trend");
  await page.pdf({ path: path.join(folder, "print.pdf"), format: "A4" });
  await close();
};

for (const part of [filters, keyboard, links, accessible, narrow, hostile, incomplete, trend, scriptless, printed, large, organization, accounts]) {
  await part().catch((error) => check(part.name, false, String(error)));
}
if (options.screenshots) await screenshots(options.screenshots);
await browser.close();
console.log(`check-html: ${checks} checks, ${failures} failed`);
process.exit(failures > 0 ? 1 : 0);

// Filters accounts and findings. Everything can be read without it.
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const form = find("filter");
  const accounts = Array.from(document.querySelectorAll("#accounts tbody tr"));
  const findings = Array.from(document.querySelectorAll("#findings .finding"));
  const groups = Array.from(document.querySelectorAll("#findings .family"));
  const texts = new Map();
  const value = (id) => (find(id) ? find(id).value : "");
  const isOn = (id) => Boolean(find(id) && find(id).checked);

  const holds = (words, element) => {
    if (words.length === 0) return true;
    const text = texts.get(element) ?? element.textContent.toLowerCase();
    texts.set(element, text);
    return words.every((word) => text.includes(word));
  };

  const show = (elements, accepts) => {
    let shown = 0;
    for (const element of elements) {
      const isShown = accepts(element);
      if (element.hidden === isShown) element.hidden = !isShown;
      if (isShown) shown += 1;
    }
    return shown;
  };

  const apply = () => {
    const words = value("search").toLowerCase().split(/\s+/).filter(Boolean);
    const outcome = value("outcome");
    const severity = value("severity");
    const onlyNew = isOn("new");
    const noWaived = isOn("waived");
    const rows = show(accounts, (row) =>
      (!outcome || row.dataset.outcome === outcome) && holds(words, row));
    const found = show(findings, (finding) =>
      (!severity || finding.dataset.severity === severity) &&
      (!onlyNew || finding.dataset.standing === "new") &&
      (!noWaived || !finding.dataset.waived) &&
      holds(words, finding));
    show(groups, (group) => Boolean(group.querySelector(".finding:not([hidden])")));
    find("nothing").hidden = found > 0 || findings.length === 0;
    find("shown").textContent =
      `${rows} of ${accounts.length} accounts and ${found} of ${findings.length} findings shown`;
  };

  // A link into a closed or hidden part opens it.
  const reveal = () => {
    let element = location.hash.length > 1 ? find(decodeURIComponent(location.hash.slice(1))) : null;
    const target = element;
    while (element) {
      if (element.hidden) element.hidden = false;
      if (element.tagName === "DETAILS") element.open = true;
      element = element.parentElement;
    }
    if (target) target.scrollIntoView();
  };

  let waiting = 0;
  form.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(apply);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  window.addEventListener("hashchange", reveal);

  form.hidden = false;
  apply();
  reveal();
})();

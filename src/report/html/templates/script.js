// Filters roles and findings. Everything can be read without it.
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const form = find("filter");
  const roles = Array.from(document.querySelectorAll("details.role"), (element) => ({
    element,
    findings: Array.from(element.querySelectorAll(".finding")),
    text: null,
  }));
  const families = Array.from(document.querySelectorAll("#roles .family"));
  const elsewhere = Array.from(document.querySelectorAll("#elsewhere .finding"));
  const value = (id) => (find(id) ? find(id).value : "");
  const isOn = (id) => Boolean(find(id) && find(id).checked);
  const textOf = (element) => element.textContent.toLowerCase();

  const wanted = () => {
    const severity = value("severity");
    const origin = value("origin");
    const onlyNew = isOn("new");
    const noWaived = isOn("waived");
    return {
      words: value("search").toLowerCase().split(/\s+/).filter(Boolean),
      status: value("status"),
      family: value("family"),
      narrows: Boolean(severity || origin || onlyNew),
      hides: Boolean(severity || origin || onlyNew || noWaived),
      accepts: (finding) =>
        (!severity || finding.dataset.severity === severity) &&
        (!origin || finding.dataset.origin === origin) &&
        (!onlyNew || finding.dataset.standing === "new") &&
        (!noWaived || !finding.dataset.waived),
    };
  };

  const holds = (words, text) => words.every((word) => text.includes(word));

  const apply = () => {
    const filter = wanted();
    let shown = 0;
    let findings = 0;
    for (const role of roles) {
      const data = role.element.dataset;
      let isShown =
        (!filter.status || data.status === filter.status) &&
        (!filter.family || data.family === filter.family);
      if (isShown && filter.words.length > 0) {
        role.text = role.text ?? textOf(role.element);
        isShown = holds(filter.words, role.text);
      }
      let accepted = 0;
      if (isShown) {
        for (const finding of role.findings) {
          const isAccepted = !filter.hides || filter.accepts(finding);
          if (finding.hidden === isAccepted) finding.hidden = !isAccepted;
          if (isAccepted) accepted += 1;
        }
        isShown = !filter.narrows || accepted > 0;
      }
      if (role.element.hidden === isShown) role.element.hidden = !isShown;
      if (isShown) {
        shown += 1;
        findings += accepted;
      }
    }
    for (const family of families) {
      family.hidden = !family.querySelector("details.role:not([hidden])");
    }
    let beside = 0;
    for (const finding of elsewhere) {
      const isShown =
        !filter.status && !filter.family && filter.accepts(finding) &&
        holds(filter.words, filter.words.length > 0 ? textOf(finding) : "");
      finding.hidden = !isShown;
      if (isShown) beside += 1;
    }
    if (find("elsewhere")) find("elsewhere").hidden = beside === 0;
    find("nothing").hidden = shown > 0 || roles.length === 0;
    find("shown").textContent =
      `${shown} of ${roles.length} roles and ${findings + beside} findings shown`;
  };

  // A link into a closed part opens it.
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
  find("expand").addEventListener("click", () => {
    for (const { element } of roles) if (!element.hidden) element.open = true;
  });
  find("collapse").addEventListener("click", () => {
    for (const { element } of roles) element.open = false;
  });
  window.addEventListener("hashchange", reveal);

  // Printed: what is open, and in full the roles that do not conform; closed again afterwards.
  const printed =
    "details.role:not([data-status=conforms]):not([hidden]), details.document[data-marked]";
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll(printed)).filter((element) => !element.open);
    for (const element of opened) element.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const element of opened) element.open = false;
  });

  for (const element of document.querySelectorAll("details[data-marked]")) element.open = true;
  form.hidden = false;
  apply();
  reveal();
})();

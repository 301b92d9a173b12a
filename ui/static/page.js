// Footnotes: [k] in an answer shows the marked words in the abstract. No call to the server.
(() => {
  "use strict";
  const TARGET = /^#(cite|paper)-\d+-\d+$/;
  let cameFrom = null; // the footnote to go back to

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const bringIntoView = (element, block) =>
    element.scrollIntoView({ block, behavior: calm.matches ? "auto" : "smooth" });

  function show(link) {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return false;
    for (const shown of document.querySelectorAll("#fn-sources .fn-shown, .fn-back:not([hidden])")) {
      if (shown.matches(".fn-back")) shown.hidden = true;
      else shown.classList.remove("fn-shown");
    }
    for (let outer = target.closest("details"); outer; outer = outer.parentElement.closest("details")) {
      outer.open = true;
    }
    const pieces = target.matches("mark") ? document.getElementsByClassName(target.id) : [target];
    for (const piece of pieces) piece.classList.add("fn-shown");
    const back = target.closest("article")?.querySelector(".fn-back");
    if (back) back.hidden = false;
    cameFrom = link;
    target.focus({ preventScroll: true });
    bringIntoView(target, target.matches("mark") ? "center" : "start");
    return true;
  }

  function goBack() {
    if (!cameFrom?.isConnected) return;
    cameFrom.focus({ preventScroll: true });
    bringIntoView(cameFrom, "center");
  }

  // What the server is to do is written into a textbox that nobody sees.
  let wishes = 0;
  function askAbout(paper) {
    const box = document.querySelector("#fn-ask-about textarea, #fn-ask-about input");
    if (!box) return;
    wishes += 1; // Gradio sends only what differs from before
    box.value = JSON.stringify([wishes, paper]);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("#fn-box textarea")?.focus();
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest?.("a.fn-cite, a.fn-paper");
    if (link && TARGET.test(link.hash)) {
      event.preventDefault();
      event.stopPropagation();
      show(link);
    } else if (event.target.closest?.(".fn-back")) {
      goBack();
    } else if (event.target.closest?.(".fn-ask-about")) {
      askAbout(event.target.closest(".fn-ask-about").value);
    }
  }, true);

  // Gradio names each message by its source, which here is HTML; a screen reader reads the text itself.
  // A new question goes to the top of the view, so that its answer is read from the start, and stays
  // there while the answer grows, unless the reader scrolls.
  let asked = 0;
  let following = false;
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(kind, () => { following = false; }, { passive: true });
  }
  function onLogChange(log) {
    for (const named of log.querySelectorAll("[data-testid][aria-label]")) named.removeAttribute("aria-label");
    const questions = log.querySelectorAll(".user-row");
    if (questions.length > asked) following = true;
    asked = questions.length;
    if (following && asked) questions[asked - 1].scrollIntoView({ block: "start" });
  }

  // What the server says in passing is read out; Gradio's Markdown can't carry the attribute.
  function announce() {
    for (const id of ["fn-add-report", "fn-add-said", "fn-paper-said", "fn-opinion-said", "fn-talks-said"]) {
      document.getElementById(id)?.setAttribute("aria-live", "polite");
    }
  }

  // What Gradio leaves out or its sanitiser takes, for screen readers: a name that is more than a tooltip,
  // a role that its children fit, and one button where two lie in each other.
  new MutationObserver(() => {
    for (const box of document.querySelectorAll(".fn-pick:not([aria-label])")) box.setAttribute("aria-label", box.title);
    for (const list of document.querySelectorAll(".examples[role=list]")) list.setAttribute("role", "group");
    for (const arrow of document.querySelectorAll(".thought-group .title .arrow:not([inert])")) arrow.inert = true;
  }).observe(document, { childList: true, subtree: true });

  const waiting = new MutationObserver(() => {
    const [log, panel, head, body] =
      ["fn-log", "fn-sources", "fn-head", "fn-body"].map((id) => document.getElementById(id));
    const tabs = document.querySelector("#fn-rooms > .tab-wrapper");
    if (!log || !panel || !head || !body || !tabs) return; // Gradio builds the page piece by piece
    waiting.disconnect();
    setTimeout(announce, 2000);
    new MutationObserver(() => onLogChange(log)).observe(log, {
      childList: true, subtree: true, characterData: true, attributeFilter: ["aria-label"],
    });
    let newest = "";
    new MutationObserver(() => {
      const turn = panel.querySelector(".fn-turn")?.id ?? "";
      if (turn !== newest) panel.closest("#fn-side").scrollTop = 0;
      newest = turn;
    }).observe(panel, { childList: true, subtree: true });
    const measure = () => {
      if (!body.offsetParent) return; // another room is shown
      const above = Math.ceil(body.getBoundingClientRect().top + scrollY);
      document.documentElement.style.setProperty("--fn-head-height", `${above}px`);
    };
    const sizes = new ResizeObserver(measure);
    for (const part of [head, tabs, body]) sizes.observe(part);
  });
  waiting.observe(document, { childList: true, subtree: true });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest?.("#fn-sources")) goBack();
  });
})();

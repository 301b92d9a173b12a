// Footnotes: [k] in an answer shows the marked quote in the abstract, without a call to the server.
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

  // Requests to the server are written into a hidden textbox.
  let requests = 0;
  function askAbout(paper) {
    const box = document.querySelector("#fn-ask-about-request textarea, #fn-ask-about-request input");
    if (!box) return;
    requests += 1; // Gradio sends only changed values
    box.value = JSON.stringify([requests, paper]);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("#fn-box textarea")?.focus();
  }

  document.addEventListener("fn-show", (event) => show(event.detail));
  document.addEventListener("click", (event) => {
    const account = event.target.closest("a.fn-account");
    if (account) account.target = "_self"; // Gradio opens links in new tabs
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest?.("a.fn-cite, a.fn-paper");
    if (link && TARGET.test(link.hash)) {
      event.preventDefault();
      event.stopPropagation();
      // The card of citation.js stands for the jump where the sources are below the chat.
      const card = new CustomEvent("fn-card", { detail: link, cancelable: true });
      if (document.dispatchEvent(card)) show(link);
    } else if (event.target.closest?.(".fn-back")) {
      goBack();
    } else if (event.target.closest?.(".fn-ask-about")) {
      askAbout(event.target.closest(".fn-ask-about").value);
    }
  }, true);

  // Gradio labels each message with its source, which is HTML here; without the label a screen reader
  // reads the text itself. A new question is scrolled to the top, so that its answer can be read from the
  // start, and stays there while the answer grows, unless the reader scrolls.
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

  // Messages of the server are read out by screen readers; Gradio's Markdown can't set the attribute.
  function announce() {
    for (const id of ["fn-add-report", "fn-add-message", "fn-paper-message", "fn-feedback-message", "fn-conversations-message"]) {
      document.getElementById(id)?.setAttribute("aria-live", "polite");
    }
  }

  // For screen readers, what Gradio lacks or its sanitiser removes: a label that is more than a tooltip, a
  // role that fits the children, and one button instead of a button within a button.
  new MutationObserver(() => {
    for (const box of document.querySelectorAll(".fn-pick:not([aria-label])")) box.setAttribute("aria-label", box.title);
    for (const list of document.querySelectorAll(".examples[role=list]")) list.setAttribute("role", "group");
    for (const arrow of document.querySelectorAll(".thought-group .title .arrow:not([inert])")) arrow.inert = true;
  }).observe(document, { childList: true, subtree: true });

  const waiting = new MutationObserver(() => {
    const [log, panel, head, body] =
      ["fn-log", "fn-sources", "fn-head", "fn-body"].map((id) => document.getElementById(id));
    const tabs = document.querySelector("#fn-tabs > .tab-wrapper");
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
      if (!body.offsetParent) return; // another tab is shown
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

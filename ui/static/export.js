// Export: the clicked button is written into a hidden textbox, and the server's message is read from
// another (see ui/export/export_events.py): a file to save, text to copy, or a notice to show.
(() => {
  "use strict";
  const FILE = /^[a-z0-9-]{1,100}\.(md|txt|bib|ris|csl\.json|json|csv)$/;
  const SHOWN_MS = 6000;
  let requests = 0;
  let last = ""; // the id of the last message, which Gradio may set twice
  let hiding; // the timer that clears the notice

  const announcement = document.createElement("div");
  announcement.id = "fn-announcement";
  announcement.setAttribute("role", "status");

  function show(notice, button) {
    clearTimeout(hiding);
    announcement.replaceChildren(notice);
    if (button) announcement.append(" ", button);
    else hiding = setTimeout(() => announcement.replaceChildren(), SHOWN_MS);
  }

  function save({ filename, mime, text, notice }) {
    if (!FILE.test(filename)) return;
    const url = URL.createObjectURL(new Blob([text], { type: mime }));
    const link = document.createElement("a");
    link.href = url;
    link.download = filename;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read it later
    show(notice);
  }

  function copyWithoutClipboardApi(text) {
    const before = document.activeElement;
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "fn-copied";
    document.body.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    before?.focus({ preventScroll: true });
    return copied;
  }

  async function copy(message) {
    let copied;
    try {
      await navigator.clipboard.writeText(message.text); // missing if the page isn't served over HTTPS
      copied = true;
    } catch {
      copied = copyWithoutClipboardApi(message.text);
    }
    if (copied) {
      show(message.notice);
      return;
    }
    // Some browsers allow copying only right after a click, and the server's reply took longer.
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = message.again;
    button.addEventListener("click", () => copy(message));
    show(message.failed, button);
  }

  function handle(text) {
    if (!text) return;
    const message = JSON.parse(text);
    if (message.id === last) return;
    last = message.id;
    if (message.do === "save") save(message);
    else if (message.do === "copy") copy(message);
    else show(message.notice);
  }

  const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  function listen(box) {
    // Gradio sets the value in JavaScript, which sends no event.
    Object.defineProperty(box, "value", {
      configurable: true,
      get() {
        return value.get.call(box);
      },
      set(text) {
        value.set.call(box, text);
        handle(text);
      },
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.fn-export");
    const box = document.querySelector("#fn-export-request textarea");
    const [, turn, kind] = button?.value.match(/^(\d{1,6}):([a-z]{1,8})$/) ?? [];
    if (!kind || !box) return;
    requests += 1;
    box.value = JSON.stringify({ kind, turn: Number(turn), n: requests }); // Gradio sends only changed values
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  const watched = new WeakSet();
  new MutationObserver(() => {
    // Added while it is empty: a screen reader reads out only changes of elements that it knows.
    if (document.body && !announcement.isConnected) document.body.append(announcement);
    const box = document.querySelector("#fn-export-message textarea");
    if (box && !watched.has(box)) {
      watched.add(box);
      listen(box);
    }
    // Attributes for screen readers that Gradio's sanitiser removes from the server's HTML.
    for (const table of document.querySelectorAll(".fn-matrix-scroll:not([role])")) {
      table.setAttribute("role", "region");
      table.setAttribute("aria-label", table.parentElement.querySelector("summary").textContent);
    }
  }).observe(document, { childList: true, subtree: true });
})();

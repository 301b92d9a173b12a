// A file that is too large is cut to one byte more than the limit. The server then reports it beside the
// other files; Gradio would refuse all files, and show the file's name as HTML.
(() => {
  "use strict";
  const MOST = 20_000_000; // MAX_FILE_BYTES of ui/add/uploads.py
  const FIELD = "#fn-add-files";
  const isTooLarge = (file) => file.size > MOST;

  function cut(files) {
    const all = new DataTransfer();
    for (const file of files) all.items.add(isTooLarge(file) ? new File([file.slice(0, MOST + 1)], file.name) : file);
    return all.files;
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.(`${FIELD} input[type=file]`) || ![...input.files].some(isTooLarge)) return;
    input.files = cut(input.files);
  }, true);

  // A drop can't be changed: the files are passed on as if they had been selected.
  document.addEventListener("drop", (event) => {
    const input = event.target.closest?.(FIELD)?.querySelector("input[type=file]");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!input || !files.some(isTooLarge)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.dispatchEvent(new Event("dragleave", { bubbles: true }));
    input.files = cut(files);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, true);
})();

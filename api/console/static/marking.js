// Puts the stretch that is selected in the document into the form, in code points of the canonical text.
(() => {
  const field = document.querySelector("input.span");
  const text = document.querySelector("article.document");
  if (!field || !text) return;
  const place = (node, offset) => {
    const piece = (node.nodeType === 1 ? node : node.parentElement).closest("[data-at]");
    if (!piece) return null;
    const start = Number(piece.dataset.at);
    if (piece.querySelector(".odd")) return start + (offset > 0 ? 1 : 0);
    const before = document.createRange();
    before.setStart(piece, 0);
    before.setEnd(node, offset);
    return start + [...before.toString()].length;
  };
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
    const range = chosen.getRangeAt(0);
    const start = place(range.startContainer, range.startOffset);
    const end = place(range.endContainer, range.endOffset);
    if (start !== null && end !== null && end > start) field.value = `${start}-${end}`;
  });
})();

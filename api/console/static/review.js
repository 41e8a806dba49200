// Review by keyboard: moves between cards and presses the buttons that are there anyway.
(() => {
  const cards = [...document.querySelectorAll("[data-card]")];
  let at = 0;
  let rejecting = false;
  const help = document.querySelector("#keys");
  const show = (next, scroll = true) => {
    cards[at]?.classList.remove("active", "rejecting");
    at = Math.max(0, Math.min(cards.length - 1, next));
    rejecting = false;
    cards[at]?.classList.add("active");
    cards[at]?.focus({ preventScroll: true });
    if (scroll) cards[at]?.scrollIntoView({ block: "nearest" });
  };
  const press = (key) => (cards[at]?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`#decided [data-key="${key}"]`))?.click();
  cards.forEach((card, number) => card.addEventListener("focusin", () => { if (number !== at) show(number); }));
  document.addEventListener("keydown", (event) => {
    if (help?.open) {
      if (event.key === "?") { help.close(); event.preventDefault(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "j") show(at + 1);
    else if (event.key === "k") show(at - 1);
    else if (event.key === "r") { rejecting = true; cards[at]?.classList.add("rejecting"); }
    else if (event.key === "Escape") show(at);
    else if (rejecting && /^[1-9]$/.test(event.key)) press(event.key);
    else if (event.key === "a" || event.key === "o" || event.key === "u") press(event.key);
    else if (event.key === "?") help?.showModal();
    else return;
    event.preventDefault();
  });
  // what the last decision did stands above the first card: it stays in view
  if (cards.length) show(0, false);
})();

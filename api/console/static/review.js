// Review by keyboard: moves between cards and presses the buttons that are there anyway, also when htmx put in others.
(() => {
  const cards = () => [...document.querySelectorAll("[data-card]")];
  const help = document.querySelector("#keys");
  let at = 0;
  const show = (next) => {
    document.querySelector(".card.active")?.classList.remove("active", "rejecting");
    at = Math.max(0, Math.min(cards().length - 1, next));
    const here = cards()[at];
    here?.classList.add("active");
    (here ?? document.querySelector("[data-rest]"))?.focus({ preventScroll: true });
    return here;
  };
  const go = (next) => show(next)?.scrollIntoView({ block: "nearest" });
  // the next card stands where the decided one stood; what was taken back is looked at again
  const begin = (look) => { const again = cards().findIndex((card) => card.autofocus); look(again < 0 ? at : again); };
  const press = (key) => (cards()[at]?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`#decided [data-key="${key}"]`))?.click();
  document.addEventListener("focusin", (event) => {
    const number = cards().indexOf(event.target.closest("[data-card]"));
    if (number >= 0 && number !== at) go(number);
  });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "queue") begin(go); });
  document.addEventListener("keydown", (event) => {
    if (help.open) {
      if (event.key === "?") { help.close(); event.preventDefault(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const rejecting = cards()[at]?.classList.contains("rejecting");
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at - 1);
    else if (event.key === "r") cards()[at]?.classList.add("rejecting");
    else if (event.key === "Escape") go(at);
    else if (rejecting && /^[1-9]$/.test(event.key)) press(event.key);
    else if (event.key === "a" || event.key === "o" || event.key === "u") press(event.key);
    else if (event.key === "?") help.showModal();
    else return;
    event.preventDefault();
  });
  // what the last decision did stands above the first card: it stays in view
  begin(show);
})();

// A filter that was filled before the page could listen applies as soon as it can.
addEventListener("DOMContentLoaded", () => {
  const said = (form) => new URLSearchParams(new FormData(form)).toString();
  for (const form of document.querySelectorAll("form.live")) {
    const sent = form.cloneNode(true);
    sent.reset();
    if (said(form) !== said(sent)) form.dispatchEvent(new Event("input"));
  }
});

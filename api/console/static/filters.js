(() => {
  // What was chosen before the page could listen applies as soon as it can.
  addEventListener("DOMContentLoaded", () => {
    const said = (form) => new URLSearchParams(new FormData(form)).toString();
    for (const form of document.querySelectorAll("form.live")) {
      const sent = form.cloneNode(true);
      sent.reset();
      if (said(form) !== said(sent)) form.dispatchEvent(new Event("input"));
    }
  });
  // A word that is typed letter by letter is one step back.
  document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const { history, requestConfig } = event.detail;
    const field = requestConfig.triggeringEvent?.target;
    if (field?.type === "search" && new URLSearchParams(location.search).get(field.name)) history.type = "replace";
  });
})();

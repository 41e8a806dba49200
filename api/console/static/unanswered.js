// Says what no page says: that an answer did not come, or came from something in between that knows no pages of ours.
(() => {
  const tell = (words) => { document.getElementById("fault").textContent = words; };
  const silent = () => tell("The server does not answer. Load the page again to see how things stand.");
  document.addEventListener("htmx:sendError", silent);
  document.addEventListener("htmx:timeout", silent);
  document.addEventListener("htmx:responseError", (event) => {
    if (!document.getElementById("fault").textContent.trim()) tell(`This did not work: status ${event.detail.xhr.status}.`);
  });
})();

/* After htmx has replaced a block, bring the reader to what is new: to the errors first, else to its heading. */
(function () {
  "use strict";

  function say(text) {
    document.getElementById("said").textContent = text;
  }

  function focusOn(element) {
    if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    element.focus();
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    var block = event.target;
    if (block.id === "flash" || block.closest("#flash")) return;
    var errors = block.querySelector(".notice.wrong[tabindex]");
    var heading = block.querySelector("h1, h2, h3");
    var focusIsLost = !document.activeElement || document.activeElement === document.body;
    if (errors) focusOn(errors);
    else if (heading && focusIsLost) focusOn(heading);
    else if (heading) say(heading.textContent);
  });
})();

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

  /* What went wrong last time is over when something is tried again. */
  document.addEventListener("htmx:beforeRequest", function () {
    document.getElementById("problem").textContent = "";
  });

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

  /* Buttons that copy what stands in a field: there only for who has a script to do it with. */
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var field = document.getElementById(button.getAttribute("data-copy"));
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      field.select();
      navigator.clipboard.writeText(field.value).then(function () {
        button.textContent = button.getAttribute("data-copied");
        say(button.textContent);
      });
    });
  });

  /* A warning before the sign-in ends by itself, with a button to stay. */
  var idle = document.getElementById("idle");
  var timer;

  function wait() {
    clearTimeout(timer);
    idle.textContent = "";
    timer = setTimeout(function () {
      idle.append(document.getElementById("idle-words").content.cloneNode(true));
      idle.querySelector("button").onclick = stay;
    }, idle.dataset.seconds * 1000);
  }

  function stay() {
    fetch(idle.dataset.page, { method: "HEAD", redirect: "error" }).then(wait, function () {});
  }

  if (idle) {
    wait();
    document.addEventListener("htmx:afterRequest", wait);
  }
})();

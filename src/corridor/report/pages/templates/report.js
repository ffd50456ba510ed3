"use strict";
/* Puts a chart that answers the pointer in the place of each picture. Nothing is fetched, and no
   text is ever run as code: expressions of the charts are interpreted. */
(function () {
  function draw(figure) {
    const data = figure.querySelector("script[type='application/json']");
    const live = figure.querySelector(".live");
    const options = {
      ast: true,
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
    };
    live.hidden = false;
    window.vegaEmbed(live, JSON.parse(data.textContent), options).then(
      function () {
        figure.querySelector("img").hidden = true;
      },
      function () {
        live.hidden = true;
      }
    );
  }
  function openAll(isOpen) {
    document.querySelectorAll("details").forEach(function (details) {
      details.open = isOpen;
    });
  }
  document.querySelectorAll("figure.chart").forEach(draw);
  window.addEventListener("beforeprint", function () {
    openAll(true);
  });
})();

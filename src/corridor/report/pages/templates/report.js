"use strict";
/* Puts a chart that answers the pointer in the place of each picture, as it comes into view. Nothing
   is fetched, and no text is ever run as code: expressions of the charts are interpreted. */
(function () {
  const NARROW_PX = 500;
  const LOW_PX = 230;
  function draw(figure) {
    const data = figure.querySelector("script[type='application/json']");
    const live = figure.querySelector(".live");
    const spec = JSON.parse(data.textContent);
    const options = {
      ast: true,
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
    };
    if (figure.clientWidth < NARROW_PX) {
      spec.height = Math.min(spec.height, LOW_PX);
    }
    live.hidden = false;
    window.vegaEmbed(live, spec, options).then(
      function () {
        figure.classList.add("drawn");
      },
      function () {
        live.hidden = true;
      }
    );
  }
  const closed = [];
  function openAll() {
    document.querySelectorAll("details:not([open])").forEach(function (details) {
      closed.push(details);
      details.open = true;
    });
  }
  function closeAgain() {
    closed.splice(0).forEach(function (details) {
      details.open = false;
    });
  }
  function reveal() {
    const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const details = target ? target.closest("details") : null;
    if (details) {
      details.open = true;
      details.scrollIntoView();
    }
  }
  /* A map that is wider than the screen begins at the place that the page is about. */
  function centre(event) {
    const map = event.target.querySelector ? event.target.querySelector(".map[data-centre]") : null;
    if (map) {
      map.scrollLeft = Number(map.dataset.centre) * map.scrollWidth - map.clientWidth / 2;
    }
  }
  document.addEventListener("toggle", centre, true);
  const inView = new IntersectionObserver(
    function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) {
          inView.unobserve(entry.target);
          draw(entry.target);
        }
      });
    },
    { rootMargin: "200px" }
  );
  document.querySelectorAll("figure.chart").forEach(function (figure) {
    inView.observe(figure);
  });
  window.addEventListener("beforeprint", openAll);
  window.addEventListener("afterprint", closeAgain);
  window.addEventListener("hashchange", reveal);
  reveal();
})();

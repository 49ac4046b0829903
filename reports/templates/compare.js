(function () {
  "use strict";
  var box = document.querySelector("[data-weigh]");
  if (!box) { return; }
  var slider = box.querySelector("input[type=range]"), said = box.querySelector("output");
  function weigh(table, weight) {
    var body = table.tBodies[0], rows = Array.from(body.rows);
    rows.forEach(function (row) { row.points = (100 - weight) * Number(row.dataset.near) + weight * Number(row.dataset.dense); });
    rows.forEach(function (row) {
      row.place = 1 + rows.filter(function (other) { return other.points > row.points; }).length;
      row.querySelector("[data-place]").textContent = row.place;
      row.querySelector("[data-points]").textContent = (row.points / 10000).toFixed(2);
    });
    rows.sort(function (a, b) { return a.place - b.place || a.dataset.order - b.dataset.order; });
    rows.forEach(function (row) { body.appendChild(row); });
    return rows.filter(function (row) { return row.place === 1; }).map(function (row) { return row.dataset.name; });
  }
  function tell() {
    var weight = Number(slider.value), first = [];
    document.querySelectorAll("[data-ranking]").forEach(function (table) {
      var best = weigh(table, weight);
      if (!table.closest("[hidden]")) { first = best; }
    });
    said.textContent = box.dataset.said.replace("{weight}", weight).replace("{rest}", 100 - weight).replace("{first}", first.join(" = "));
    slider.setAttribute("aria-valuetext", said.textContent);
  }
  slider.addEventListener("input", tell);
  box.querySelectorAll("[data-switch] input[type=radio]").forEach(function (choice) { choice.addEventListener("change", tell); });
  box.querySelectorAll("[data-ranking] tbody tr").forEach(function (row, order) { row.dataset.order = order; });
  tell();
}());

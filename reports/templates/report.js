(function () {
  "use strict";
  document.documentElement.classList.add("js");
  document.querySelectorAll("[data-switch]").forEach(function (group) {
    var panels = group.querySelectorAll(".panel");
    function show(index) { panels.forEach(function (panel, i) { panel.hidden = i !== index; }); }
    group.querySelectorAll("input[type=radio]").forEach(function (input, i) {
      input.addEventListener("change", function () { if (input.checked) { show(i); } });
    });
    show(0);
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = true; });
  });
  document.querySelectorAll("table[data-sort]").forEach(function (table) {
    var body = table.tBodies[0];
    table.querySelectorAll("thead th").forEach(function (head, column) {
      var button = head.querySelector("button");
      if (!button) { return; }
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        table.querySelectorAll("thead th").forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
        function key(row) { var cell = row.cells[column]; return cell.dataset.v === undefined ? cell.textContent.trim() : Number(cell.dataset.v); }
        Array.from(body.rows).map(function (row, i) { return [key(row), i, row]; }).sort(function (a, b) {
          var order = typeof a[0] === "number" ? a[0] - b[0] : a[0].localeCompare(b[0], document.documentElement.lang);
          return order * down || a[1] - b[1];
        }).forEach(function (item) { body.appendChild(item[2]); });
      });
    });
  });
  document.querySelectorAll("[data-filters]").forEach(function (box) {
    var rows = document.getElementById(box.dataset.filters).tBodies[0].rows, said = box.querySelector("output");
    function apply() {
      var count = 0;
      Array.from(rows).forEach(function (row) {
        var shown = Array.from(box.querySelectorAll("select")).every(function (select) {
          var value = row.dataset[select.name];
          return select.value === "" || (select.value === "!holds" ? value !== "holds" && value !== "not-assessed" : value === select.value);
        });
        row.hidden = !shown;
        count += shown ? 1 : 0;
      });
      said.textContent = count + " / " + rows.length;
    }
    box.querySelectorAll("select").forEach(function (select) { select.addEventListener("change", apply); });
    apply();
  });
}());

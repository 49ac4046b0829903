/* The interactive map: two views of one study that move together, their controls, legend and the page of a school.
   `SchoolplanMap.mount(element, document)` builds it all inside an element; the document is told in
   docs/guide/maps-interactive.md. It asks nothing of the network and knows nothing of the page around it. */
(function (scope) {
  "use strict";
  const parts = scope.SchoolplanMapView, models = scope.SchoolplanMapModel;
  const MOST = 64, MANY = 80, PLAY_MS = 900;
  let mounted = 0;

  function el(tag, attributes, children) {
    const made = document.createElement(tag);
    Object.keys(attributes || {}).forEach((name) => made.setAttribute(name, attributes[name]));
    (children || []).forEach((child) => made.append(child));
    return made;
  }

  function mount(root, data) {
    const model = models.Model(data), words = data.words, format = models.Format(words), say = format.say;
    mounted += 1;
    const id = String(mounted), plans = data.start.plans.slice();
    const state = { future: data.start.future, stage: data.start.stage, year: data.start.year, measure: data.start.measure };
    const whole = { x: model.wide / 2, y: model.high / 2, zoom: 1 };
    const box = Object.assign({}, whole);
    let chosen = -1, timer = 0, waiting = false, pointed = null;

    /* ---- views ---- */
    const stage = el("div", { "class": "imap-views" });
    const caption = el("p", { "class": "imap-caption" }), said = el("p", { "class": "imap-said", role: "status" });
    const tip = el("div", { "class": "imap-tip", "aria-hidden": "true", hidden: "" });
    const tell = { id: id + "-", name: (side) => say(words.map, { plan: planName(side), year: data.year_names[state.year] }) };
    const planName = (side) => data.plans[plans[side]][1];
    const views = plans.map((_, side) => parts.View(side, model, tell));

    function repaint() {
      views.forEach((view, side) => view.paint(state, plans[side]));
      slider.value = state.year;
      slider.setAttribute("aria-valuetext", data.year_names[state.year]);
      yearName.textContent = data.year_names[state.year];
      const measure = model.measure(state);
      caption.textContent = [data.year_names[state.year], data.stages[state.stage][1], data.futures[state.future][1], measure.drawn].join(" · ");
      drawLegend(legend);
      views.forEach((view) => view.label(chosen));
      if (chosen >= 0) { drawPage(); }
      if (pointed) { showTip(pointed.thing, pointed.side, pointed.at); }
    }

    const shrink = () => Math.min(1, Math.sqrt(MANY / Math.max(data.schools.ids.length, 1)) * Math.sqrt(box.zoom));

    function replace() {
      views.forEach((view) => view.place(box, shrink()));
      views.forEach((view) => view.label(chosen));
    }

    /* Zoom and move: both views share the extent; drawing waits for the next frame. */
    function look(x, y, zoom) {
      box.zoom = Math.min(MOST, Math.max(1, zoom));
      const room = (size) => size / 2 * (1 - 1 / box.zoom) + 1e-9;
      box.x = Math.min(whole.x + room(model.wide), Math.max(whole.x - room(model.wide), x));
      box.y = Math.min(whole.y + room(model.high), Math.max(whole.y - room(model.high), y));
      if (waiting) { return; }
      waiting = true;
      requestAnimationFrame(function () { waiting = false; hideTip(); replace(); drawLegend(legend); });
    }

    function zoomAt(factor, view, at) {
      const zoom = Math.min(MOST, Math.max(1, box.zoom * factor)), seen = view.seen;
      const px = at ? at[0] : seen.wide / 2, py = at ? at[1] : seen.high / 2;
      const x = (px - seen.x) / seen.k, y = (py - seen.y) / seen.k, k = seen.k * zoom / box.zoom;
      look(x - (px - seen.wide / 2) / k, y - (py - seen.high / 2) / k, zoom);
    }

    const move = (view, dx, dy) => look(box.x - dx / view.seen.k, box.y - dy / view.seen.k, box.zoom);

    /* ---- numbers under the pointer, and of the school in focus ---- */
    function numbers(side, place, single) {
      const plan = plans[side], parts = [];
      const get = (name) => model.value(name, state, plan, place);
      if (single) {
        if (!model.there(state, plan, place)) { return planName(side) + ": " + words.not_there; }
        parts.push(say(words.pupils, { n: format.whole(get("pupils")) }) + range(get("low"), get("high")));
      }
      parts.push(say(words.used, { n: format.share(get("utilisation")) }));
      if (model.hasChances) {
        parts.push(say(words.size, { n: format.chance(get("size_breach")) }), say(words["class"], { n: format.chance(get("class_breach")) }));
      }
      return planName(side) + ": " + parts.join(words.join);
    }

    const range = (low, high) => low !== low || low === high ? "" : say(words.range, { low: format.whole(low), high: format.whole(high) });

    function lines(thing) {
      if (thing.school >= 0) {
        return [data.schools.names[thing.school]].concat(plans.map((_, side) => numbers(side, thing.school, true)));
      }
      const living = model.living(state, plans[0], thing.unit);
      const out = [data.units.names[thing.unit], say(words.living, { n: format.whole(living) })];
      return out.concat(model.zoned(state.stage) ? plans.map(function (plan, side) {
        const place = model.zone(state, plan, thing.unit);
        if (place < 0) { return planName(side) + ": " + words.unserved; }
        const names = model.members(place).map((school) => data.schools.names[school]).join(words.list);
        return say(words.served_by, { schools: names }) + " · " + numbers(side, place, false);
      }) : []);
    }

    function showTip(thing, side, at) {
      const view = views[side];
      pointed = { thing: thing, side: side, at: at };
      tip.replaceChildren(...lines(thing).map((text, i) => el(i ? "p" : "strong", {}, [text])));
      tip.hidden = false;
      views.forEach((one) => one.mark(thing.school >= 0 ? thing.school : chosen, thing.unit >= 0 ? thing.unit : -1));
      const frame = view.root.offsetLeft, top = view.root.offsetTop, wide = tip.offsetWidth, high = tip.offsetHeight;
      const x = Math.min(Math.max(0, frame + at[0] - wide / 2), Math.max(0, stage.clientWidth - wide));
      const above = top + at[1] - high - 14;
      tip.style.left = x + "px";
      tip.style.top = (above >= -20 ? above : top + at[1] + 18) + "px";
    }

    function hideTip() {
      if (!pointed) { return; }
      pointed = null;
      tip.hidden = true;
      views.forEach((one) => one.mark(chosen, -1));
    }

    /* ---- what people do to a view ---- */
    function listen(view, side) {
      const down = new Map();
      let dragged = false, apart = 0;
      const at = function (event) {
        const frame = view.svg.getBoundingClientRect();
        return [(event.clientX - frame.left) * view.seen.wide / frame.width, (event.clientY - frame.top) * view.seen.high / frame.height];
      };
      view.svg.addEventListener("pointerdown", function (event) {
        if (event.button > 0) { return; }
        down.set(event.pointerId, at(event));
        dragged = false;
        apart = 0;
      });
      view.svg.addEventListener("pointermove", function (event) {
        const here = at(event), before = down.get(event.pointerId);
        if (!before) {
          const thing = view.thing(event.target);
          if (thing) { showTip(thing, side, here); } else { hideTip(); }
          return;
        }
        const dx = here[0] - before[0], dy = here[1] - before[1];
        if (!dragged && Math.abs(dx) + Math.abs(dy) < 5) { return; }
        if (!dragged) { dragged = true; view.svg.setPointerCapture(event.pointerId); }
        down.set(event.pointerId, here);
        if (down.size === 2) {
          const two = Array.from(down.values()), gap = Math.hypot(two[0][0] - two[1][0], two[0][1] - two[1][1]);
          if (apart > 0) { zoomAt(gap / apart, view, [(two[0][0] + two[1][0]) / 2, (two[0][1] + two[1][1]) / 2]); }
          apart = gap;
        } else { move(view, dx, dy); }
      });
      ["pointerup", "pointercancel"].forEach((name) => view.svg.addEventListener(name, (event) => down.delete(event.pointerId)));
      view.svg.addEventListener("pointerleave", (event) => { if (!down.has(event.pointerId)) { hideTip(); } });
      view.svg.addEventListener("click", function (event) {
        const thing = dragged ? null : view.thing(event.target);
        dragged = false;
        if (!thing) { return; }
        const school = thing.school >= 0 ? thing.school : model.members(model.zone(state, plans[side], thing.unit))[0];
        if (school >= 0) { choose(school, side, false); }
      });
      view.svg.addEventListener("dblclick", (event) => { event.preventDefault(); zoomAt(2, view, at(event)); });
      view.svg.addEventListener("wheel", function (event) {
        if (!event.ctrlKey && !view.svg.contains(document.activeElement)) { return; }
        event.preventDefault();
        zoomAt(Math.pow(2, -Math.sign(event.deltaY) / 2), view, at(event));
      }, { passive: false });
      view.svg.addEventListener("focusin", function (event) {
        const thing = view.thing(event.target);
        if (!thing || !(thing.school >= 0)) { return; }
        view.setCurrent(thing.school);
        reveal(view, thing.school);
        showTip(thing, side, view.screen(thing.school));
        said.textContent = lines(thing).join(". ");
      });
      view.svg.addEventListener("focusout", hideTip);
      view.svg.addEventListener("keydown", (event) => key(event, view, side));
    }

    /* A school that is outside the extent is brought to its middle, at once: the tip must find it. */
    function reveal(view, school) {
      if (view.inside(view.screen(school))) { return; }
      look(model.schoolAt[school][0], model.schoolAt[school][1], box.zoom);
      replace();
    }

    const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

    function key(event, view, side) {
      const arrow = ARROWS[event.key];
      if (arrow && event.shiftKey) { move(view, -60 * arrow[0], -60 * arrow[1]); }
      else if (arrow) { if (view.current() >= 0) { view.focus(view.neighbour(arrow[0], arrow[1])); } }
      else if (event.key === "+" || event.key === "=") { zoomAt(1.5, view, view.current() >= 0 ? view.screen(view.current()) : null); }
      else if (event.key === "-") { zoomAt(1 / 1.5, view, null); }
      else if (event.key === "0") { look(whole.x, whole.y, 1); }
      else if (event.key === "Escape") { hideTip(); }
      else if ((event.key === "Enter" || event.key === " ") && view.current() >= 0) { choose(view.current(), side, true); }
      else { return; }
      event.preventDefault();
    }

    /* ---- controls ---- */
    function select(name, choices, value, change) {
      const made = el("select", {}, choices.map((text, i) => el("option", { value: i }, [text])));
      made.value = value;
      made.addEventListener("change", () => change(Number(made.value)));
      return el("label", { "class": "imap-choice" }, [el("span", {}, [name]), made]);
    }

    const button = function (name, text, act) {
      const made = el("button", { type: "button", "aria-label": name, title: name }, [text]);
      made.addEventListener("click", act);
      return made;
    };

    const slider = el("input", { type: "range", min: 0, max: data.years.length - 1, step: 1, "aria-label": words.year });
    const yearName = el("output", { "class": "imap-year" });
    const play = el("button", { type: "button", "class": "imap-play" }, [words.play]);
    slider.addEventListener("input", function () { stop(); state.year = Number(slider.value); repaint(); });

    function stop() {
      clearInterval(timer);
      timer = 0;
      play.textContent = words.play;
    }

    play.addEventListener("click", function () {
      if (timer) { stop(); return; }
      if (state.year === data.years.length - 1) { state.year = 0; repaint(); }
      play.textContent = words.pause;
      timer = setInterval(function () {
        state.year += 1;
        repaint();
        if (state.year === data.years.length - 1) { stop(); }
      }, PLAY_MS);
    });

    const set = (name) => (value) => { state[name] = value; repaint(); };
    const named = (list) => list.map((one) => one[1]);
    const controls = el("div", { "class": "imap-controls" });
    [["stage", words.stage, named(data.stages)], ["future", words.future, named(data.futures)], ["measure", words.measure, data.measures.map((one) => one.name)]]
      .forEach((one) => controls.append(select(one[1], one[2], state[one[0]], set(one[0]))));
    const order = data.schools.names.map((_, school) => school).sort((a, b) => data.schools.names[a].localeCompare(data.schools.names[b], data.lang));
    const find = select(words.find, [words.find_none].concat(order.map((school) => data.schools.names[school])), 0,
      (value) => { if (value > 0) { choose(order[value - 1], 0, false); } });
    controls.append(find);
    const years = el("div", { "class": "imap-years" }, [el("span", { "class": "imap-name" }, [words.year]), slider, yearName, play]);

    views.forEach(function (view, side) {
      const name = views.length < 2 ? words.plan : side ? words.side_b : words.side_a;
      const bar = el("div", { "class": "imap-bar" }, [
        select(name, named(data.plans), plans[side], function (value) { plans[side] = value; repaint(); }),
        el("div", { "class": "imap-zoom" }, [
          button(words.zoom_in, "+", () => zoomAt(1.6, view, null)),
          button(words.zoom_out, "−", () => zoomAt(1 / 1.6, view, null)),
          button(words.zoom_all, "⤢", () => look(whole.x, whole.y, 1))])]);
      stage.append(el("div", { "class": "imap-side" }, [bar, view.root]));
      listen(view, side);
    });
    stage.append(tip);

    /* ---- legend and the page of a school: see imap_page.js ---- */
    const legend = el("div", { "class": "imap-legend", role: "group", "aria-label": words.legend });
    const page = el("section", { "class": "imap-page", tabindex: -1, hidden: "" });
    const rest = scope.SchoolplanMapPage(model, format, state, plans, id);
    function drawLegend(into) { rest.legend(into, shrink()); }
    function drawPage() { rest.page(page, chosen, () => { close(); }); }
    let back = 0;

    function choose(school, side, moveFocus) {
      chosen = school;
      back = side;
      find.querySelector("select").value = order.indexOf(school) + 1;
      page.hidden = false;
      drawPage();
      views.forEach((view) => { view.mark(school, -1); view.label(school); });
      if (moveFocus) { page.focus(); }
    }

    function close() {
      const school = chosen;
      chosen = -1;
      page.hidden = true;
      find.querySelector("select").value = 0;
      views.forEach((view) => { view.mark(-1, -1); view.label(-1); });
      if (!views[back].focus(school)) { find.querySelector("select").focus(); }
    }

    page.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); } });
    root.replaceChildren(controls, years, caption, stage, legend, el("p", { "class": "note imap-keys" }, [words.keys]), said, page);
    views.forEach((view) => view.place(box, shrink()));
    repaint();
    new ResizeObserver(() => { if (views.some((view) => Math.max(view.root.clientWidth, 120) !== view.seen.wide)) { hideTip(); replace(); } }).observe(stage);
    return { state: state, plans: plans, box: box, repaint: repaint };
  }

  scope.SchoolplanMap = { mount: mount };
  document.querySelectorAll("[data-map]").forEach(function (root) {
    mount(root, JSON.parse(document.getElementById(root.dataset.map).textContent));
  });
}(window));

"""Size of the interactive map, time to make its document, and how fast it answers in a browser.

Usage: python benchmarks/interactive.py [--zones 1000] [--plans 4] [--futures 1]. A random tessellation, each zone with
its own school, one stage, 15 years, and no series alike in two plans: the worst case for the pool of series. To reach:
1 000 zones x 15 years x 4 plans under 6 MB of page, and the slider under 100 ms. Beside it the same as GeoJSON and
records. Milliseconds of the browser: from the event until the frame with it is painted, median and worst; they need a
Chromium and depend on the machine, the ratios less.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup
from playwright.sync_api import sync_playwright

from benchmarks.geometry import county
from reports.figures_setting import Setting
from reports.html_report import environment
from reports.i18n import Labels
from reports.interactive_data import Source, Start, document, to_json
from reports.interactive_view import Page, ui_words
from reports.maps_data import MapLayers
from schoolplan.doctor import browser_path

YEARS, BASE, VERTICES = 15, 2023, 60
ANSWER = """async (act) => {
  const slider = document.querySelector('.imap input[type=range]');
  const view = document.querySelector('.imap-view svg'), frame = view.getBoundingClientRect();
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const at = (x) => ({ bubbles: true, pointerId: 1, clientX: frame.left + 100 + x, clientY: frame.top + 90 });
  const acts = {
    slider: (i) => { slider.value = i % 15; slider.dispatchEvent(new Event('input')); },
    zoom: (i) => document.querySelectorAll('.imap-zoom button')[i < 6 ? 0 : 1].click(),
    hover: (i) => view.querySelectorAll('[data-unit]')[i * 7].dispatchEvent(new PointerEvent('pointermove', at(9 * i))),
  };
  const taken = [];
  for (let i = 1; i < 31; i += 1) {
    await painted();
    const start = performance.now();
    acts[act](act === 'zoom' ? i % 12 : i);
    await painted();
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b);
}"""


def schools_table(ids: list[str], futures: list[str], plans: list[str]) -> pd.DataFrame:
    """Rolls, seats and largest classes by school and year, every plan with numbers of its own."""
    chance = np.random.default_rng(20261122)
    cases = pd.MultiIndex.from_product(
        [futures, plans, ids, range(BASE + 1, BASE + 1 + YEARS)], names=["future", "plan", "entity", "year"]
    ).to_frame(index=False)
    count = len(cases) // YEARS
    drift = np.cumsum(chance.normal(0, 25, (count, YEARS)), axis=1) + chance.uniform(150, 1800, (count, 1))
    roll = np.rint(np.maximum(drift, 1)).ravel()
    seats = np.repeat(np.rint(chance.uniform(200, 1800, count) / 45) * 45, YEARS)
    spread = np.rint(roll * 0.08)
    wide = {
        "roll": (roll, roll - spread, roll + spread, chance.integers(0, 1001, len(roll)) / 1000),
        "seats": (seats, seats, seats, np.full(len(roll), np.nan)),
        "largest_class": (roll / 40, roll / 41, roll / 38, chance.integers(0, 1001, len(roll)) / 1000),
    }
    return pd.concat(
        cases.assign(indicator=name, stage="primary", p50=p50, p10=p10, p90=p90, p_exceed=exceed)
        for name, (p50, p10, p90, exceed) in wide.items()
    )


def source(zones: int, futures: list[str], plans: list[str]) -> tuple[Source, Setting]:
    """A county of so many zones and schools."""
    shapes = county(zones, zones * VERTICES, faulty=False)
    units, ids = [f"u{at:05d}" for at in range(zones)], [f"s{at:05d}" for at in range(zones)]
    places = shapely.get_coordinates(shapely.point_on_surface(shapes))
    frame = gpd.GeoDataFrame({"unit": units}, geometry=shapes, crs="EPSG:4545")
    schools = pd.DataFrame({"school": ids, "x": places[:, 0], "y": places[:, 1], "first_grade": "1",
                            "last_grade": "6", "opened_by": ""})  # fmt: skip
    rows = [(plan, "primary", unit, school, 0, "") for plan in plans for unit, school in zip(units, ids, strict=True)]
    listed = pd.DataFrame(rows, columns=["plan", "stage", "unit", "school", "from_year", "with_project"])
    projects = pd.DataFrame({"future": [], "plan": [], "project": [], "year": [], "p_open": []})
    table = schools_table(ids, futures, plans)
    homes = table[table["indicator"] == "roll"].assign(
        indicator="pupils", entity=lambda rows: rows["entity"].str.replace("s", "u")
    )
    names = {("school", key): f"示例县第{at}小学" for at, key in enumerate(ids)}
    names |= {("unit", key): f"第{at}村" for at, key in enumerate(units)} | {("stage", "primary"): "小学"}
    setting = Setting(Labels("zh"), BASE, BASE + YEARS, stages={"primary": tuple("123456")}, names=names)
    layers = MapLayers(frame, schools, listed, projects)
    return Source(layers, table, homes, tuple(futures), tuple(plans)), setting


def naive(of: Source, setting: Setting) -> int:
    """Bytes of the same as GeoJSON (degrees, as a converter writes it) and one record for each case, year, school."""
    layers = of.layers
    shapes = len(layers.units.to_crs("EPSG:4490").to_json().encode())
    wide = of.schools.pivot_table(
        index=["future", "plan", "year", "entity"], columns="indicator", values=["p50", "p10", "p90", "p_exceed"]
    )
    wide.columns = ["_".join(pair) for pair in wide.columns]
    kept = ["p50_roll", "p10_roll", "p90_roll", "p50_seats", "p_exceed_roll", "p_exceed_largest_class"]
    wide = wide[kept].assign(utilisation=lambda rows: rows["p50_roll"] / rows["p50_seats"])
    homes = of.homes[["future", "plan", "year", "entity", "p50"]]
    listed = [layers.schools, layers.zones, wide.reset_index(), homes]
    names = len(json.dumps([[*key, name] for key, name in setting.names.items()], ensure_ascii=False).encode())
    return shapes + names + sum(len(frame.to_json(orient="records", force_ascii=False).encode()) for frame in listed)


def page(made: dict[str, object], target: Path) -> int:
    """Write the section by itself; bytes of the file."""
    labels = Labels("zh")
    section = Page(Markup(to_json(made | {"words": ui_words(labels), "lang": "zh"})), ())
    loaded = environment(labels)
    body = loaded.get_template("part_interactive.html.j2").render(interactive=section)
    style = f"<style>{loaded.globals['style']}{section.style}</style>"
    text = f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">{style}</head><body>{body}</body></html>'
    target.write_text(text, encoding="utf-8")
    return target.stat().st_size


def answers(target: Path) -> None:
    """Print what the browser takes."""
    found = browser_path()
    if found is None:
        print("no Chromium: the browser was not measured")
        return
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        shown = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
        start = time.perf_counter()
        shown.goto(target.as_uri())
        print(f"browser: opened after {1000 * (time.perf_counter() - start):.0f} ms")
        for act in ("slider", "zoom", "hover"):
            taken = shown.evaluate(ANSWER, act)
            print(f"browser: {act:6} {taken[len(taken) // 2]:6.1f} ms, worst {taken[-1]:6.1f} ms")
        browser.close()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--zones", type=int, default=1000)
    asked.add_argument("--plans", type=int, default=4)
    asked.add_argument("--futures", type=int, default=1)
    told = asked.parse_args()
    plans, futures = [f"plan{at}" for at in range(told.plans)], [f"future{at}" for at in range(told.futures)]
    of, setting = source(told.zones, futures, plans)
    start = time.process_time()
    made = document(of, setting, Start(futures[0], tuple(plans[:2]), "primary", BASE + 3))
    text = to_json(made)
    print(f"document: {time.process_time() - start:.2f} CPU s")
    with tempfile.TemporaryDirectory() as folder:
        size = page(made, Path(folder) / "map.html")
        shapes = len(json.dumps(made["ground"], separators=(",", ":")))
        print(f"page: {size / 1e6:.2f} MB, of it JSON {len(text.encode()) / 1e6:.2f}, its shapes {shapes / 1e6:.2f}")
        plain = naive(of, setting)
        print(f"GeoJSON and records: {plain / 1e6:.2f} MB, {plain / size:.1f} times the page")
        answers(Path(folder) / "map.html")


if __name__ == "__main__":
    main()

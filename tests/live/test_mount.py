"""How a figure keeps step with its model, its page and the address, tried without a browser, on a page of plain data."""

import json

import pytest
from engine import evaluate
from live_cases import CASES
from live_plain import defaults, use

from gdtools.live import Line

each_figure = pytest.mark.parametrize("name", CASES)


# The address


@each_figure
def test_the_address_holds_what_differs_from_the_default(name):
    call = """(el, name) => {
      const base = { ...el.model.values };
      return presetStates(name, base).map(state => {
        location.search = "?other=1";
        el.set({ ...state });
        const search = location.search, again = opened(name, base, search.slice(1));
        const same = JSON.stringify(again.model.values) === JSON.stringify(state);
        el = opened(name, base, "other=1");
        return [search, same, JSON.stringify(state) === JSON.stringify(base)];
      });
    }"""
    for search, same, default in use(name, call):
        assert same
        assert search.startswith("?other=1")
        assert (f"&{name}=" in search) != default


def test_the_address_is_spelt_in_the_order_of_the_controls():
    call = """(el) => {
      history.written = [];
      location.search = "?a=1&bowl=lr:9&bowl2=kappa:3&";
      el.set({ angle: 30, x0: [-1.5, 2], lr: 0.01 });
      const [first] = history.written;
      el.set({ angle: 30 });
      return [first, history.written.length];
    }"""
    first, number = use("bowl", call)
    assert first == [{"kept": True}, "", "/page.html?a=1&bowl2=kappa:3&bowl=x0:-1.5~2,lr:0.01,angle:30#here"]
    assert number == 1


@pytest.mark.parametrize(("name", "query", "found"), [
    ("bowl", "lr:0.01,n_iter:3,x0:1~2", {"lr": 0.01, "n_iter": 3, "x0": [1, 2]}),
    ("bowl", "lr:x,lr:-1,lr:,lr:1~2,angle:1e99,x0:1,x0:NaN~2,x0:1~2~3,nothing:1,constructor:1", {}),
    ("bowl", "kappa:,n_iter:2.5,,lr:Infinity,bowl", {}),
    ("bowl", "lr:1e300,n_iter:10000,kappa:1e6,angle:-180", {"lr": 1e300, "n_iter": 10000, "kappa": 1e6, "angle": -180}),
    ("bowl", "lr:1.1e300,n_iter:10001,kappa:0.99,angle:181,x0:1e7~0", {}),
    ("line", "points:1~2,points:0~1~2,points:51~1~2,points:1.5~1~2,points:1~2~3~x,lr:-1,n:1,x0:1~2~3~4", {}),
    ("line", "points:1~2~1e9,n:2.5", {}),
    ("line", "points:3~2~-4~50~1~1", {"points": [*Line().points[:2], [2, -4], *Line().points[3:49], [1, 1]]}),
])  # fmt: skip
def test_only_what_fits_is_read_from_the_address(name, query, found):
    seen = use(name, "el => ({ ...el.model.values })", f"{name}={query}")
    assert seen == json.loads(json.dumps(defaults(name) | found))


def test_two_figures_of_one_kind_have_an_address_each():
    call = """state => {
      document.figures = [];
      const hosts = [host("bowl", state), host("bowl", state), host("bowl", state)];
      location.search = "?bowl3=lr:0.02&bowl2=kappa:4";
      mountAll();
      pass(1000);
      hosts[0].model.set("lr", 0.01);
      pass(1000);
      return [hosts.map(el => el.model.get("lr")), hosts.map(el => el.model.get("kappa")), location.search];
    }"""
    assert evaluate(call, defaults("bowl")) == [[0.01, 0.035, 0.02], [25, 4, 25], "?bowl2=kappa:4&bowl3=lr:0.02&bowl=lr:0.01"]


def test_only_the_points_that_are_moved_stand_in_the_address():
    call = """el => {
      el.all("class", "handle dot")[4].fire("keydown", { key: "Enter" });
      el.all("class", "handle dot")[4].fire("keydown", { key: "ArrowUp" });
      pass(1000);
      return [location.search, el.model.get("points")[4]];
    }"""
    search, (x, y) = use("line", call)
    assert search == f"?line=points:5~{x}~{y}"


TEXT = """
      const follow = search => {
        const event = { prevented: false, preventDefault: () => (event.prevented = true) };
        const link = { dataset: { sets: "bowl" }, search };
        document.listeners.click({ ...event, target: { closest: () => link } });
      };
      const note = el.all("class", "set-by")[0], see = () => [el.model.get("lr"), el.model.get("kappa"), location.search,
        note.textContent];
"""


def test_the_text_sets_a_figure_and_the_way_back_returns():
    call = f"""el => {{ {TEXT}
      el.model.set("kappa", 4);
      follow("?bowl=lr:0.01");
      const seen = [see()];
      pass(600);
      const way = el.all("class", "time")[0].tags("output")[0].textContent;
      pass(2000);
      seen.push(see());
      note.tags("button")[0].fire("click");
      seen.push(see());
      follow("?bowl=lr:0.02");
      pass(100);
      el.model.set("lr", 0.03);
      pass(1000);
      return {{ seen: [...seen, see()], way, top: document.shown.find(it => it.top)?.top, before: history.before.length,
        place: el.all("class").find(part => part.children.includes(note)).kept.class }};
    }}"""
    seen = use("bowl", call, "other=1")
    said = "set by the text back"
    assert seen["seen"] == [
        [0.01, 25, "?other=1&bowl=lr:0.01", said], [0.01, 25, "?other=1&bowl=lr:0.01", said],
        [0.035, 4, "?other=1&bowl=kappa:4", ""], [0.03, 25, "?other=1&bowl=lr:0.03", ""],
    ]  # fmt: skip
    assert 20 < int(seen["way"].split()[0]) < 40, "it is played"
    assert seen["top"] == 120, "where the page stood"
    assert seen["place"] == "verdict", "beside the sentence, not on the map"
    assert seen["before"] == 1


@pytest.mark.parametrize(("query", "hash_", "shown"), [
    ("bowl=lr:0.01", "", True), ("bowl=lr:0.01", "#live-bowl", True), ("", "#live-bowl", True), ("", "", False),
    ("bowl=lr:0.01", "#else", False), ("race=lr:1", "", False),
])  # fmt: skip
def test_a_link_with_a_setting_opens_at_its_figure(query, hash_, shown):
    call = """([state, query, hash]) => {
      location.hash = hash;
      const el = opened("bowl", state, query);
      return [document.shown.length, document.shown[0] === el];
    }"""
    assert evaluate(call, [defaults("bowl"), query, hash_]) == [int(shown), shown]


def test_controls_that_are_named_stand_in_the_open_and_no_preset_sets_others():
    call = """state => {
      document.figures = [];
      const el = host("bowl", state);
      el.dataset.show = "kappa lr";
      mountAll();
      const names = kind => el.all("class", kind)[0].all("data-control").map(output => output.kept["data-control"]);
      return [names("drive"), names("more"), el.all("class", "presets")[0].children.map(button => button.textContent)];
    }"""
    drive, more, presets = evaluate(call, defaults("bowl"))
    assert [drive, more] == [["lr", "kappa"], ["n_iter", "angle"]]
    assert presets == ["1 Crawl", "2 Zigzag", "3 Thrown out", "4 On the edge", "5 Round"], "not the one that turns the bowl"


def test_a_preset_does_what_its_title_says_on_every_page():
    """It fills what it is silent about with the usual numbers, not with those that this page begins with."""
    call = """([name, state, show]) => {
      document.figures = [];
      const el = host(name, state);
      el.dataset.show = show;
      mountAll();
      return el.all("class", "presets")[0].children.map(button => {
        const lit = button.kept["aria-pressed"];
        button.fire("click");
        return [button.textContent.slice(2), lit, el.model.get("n"), el.model.get("angle")];
      });
    }"""
    line = evaluate(call, ["line", defaults("line") | {"n": 50}, "lr n"])
    assert [line[0], line[2]] == [["Twelve points", "false", 12, None], ["All fifty", "true", 50, None]]
    bowl = evaluate(call, ["bowl", defaults("bowl") | {"angle": 30}, "lr angle"])
    assert [row for row in bowl if row[1] == "true"] == [["Turned", "true", None, 30]]
    assert bowl[0] == ["Crawl", "false", None, 0]
    alone = evaluate(call, ["line", defaults("line") | {"n": 50}, "lr"])
    assert alone == [], "one alone is no choice"


# How a figure keeps step with its model


SAYS = """
      const [seen, room, spoken] = el.all("class", "verdict")[0].children, says = () => [seen.textContent, spoken.textContent];
"""


def test_the_sentence_is_seen_at_once_and_spoken_after_rest_or_a_second():
    call = f"""el => {{ {SAYS}
      const first = says(), at = [];
      el.model.set("lr", 0.041);
      pass(17);
      const quick = [...says(), el.all("data-control", "lr")[0].textContent];
      pass(240);
      const soon = says();
      pass(20);
      const rested = says();
      for (let i = 0; i < 20; i++) {{
        el.model.set("lr", 0.001 * (i + 1));
        pass(100);
        at.push(says());
      }}
      return {{ first, quick, soon, rested, at, kept: [seen.kept, room.kept, spoken.kept] }};
    }}"""
    seen = use("bowl", call)
    zigzags, diverges = seen["first"][0], seen["quick"][0]
    assert "zigzags" in zigzags
    assert "diverges" in diverges
    assert seen["quick"] == [diverges, zigzags, "0.041"]
    assert seen["soon"] == [diverges, zigzags]
    assert seen["rested"] == [diverges, diverges]
    assert len({shown for shown, _ in seen["at"]}) == 20
    assert 9 <= next(i for i, (_, said) in enumerate(seen["at"]) if said != diverges) <= 11
    assert seen["kept"][:2] == [{"aria-hidden": "true"}, {"class": "room", "aria-hidden": "true"}]
    assert seen["kept"][2] == {"class": "spoken", "role": "status", "aria-live": "polite"}


@pytest.mark.parametrize("name", [*CASES, "roll"])
def test_a_run_is_told_at_rest_and_not_while_it_is_played(name):
    call = f"""el => {{ {SAYS}
      pass(9000);
      const [bar] = el.all("class", "time"), whole = spoken.textContent, heard = [];
      if (!bar) return [whole, el.all("role", "status").length];
      const [play, back, on] = bar.tags("button"), [scrub] = bar.tags("input"), last = Number(scrub.kept.max);
      const say = () => (pass(300), spoken.textContent);
      back.fire("click");
      heard.push(say());
      scrub.value = 1;
      scrub.fire("input");
      heard.push(say());
      play.fire("click");
      const quiet = () => play.textContent === "Pause" && spoken.textContent === heard[1];
      const silent = [...Array(9).keys()].every(() => (pass(100), quiet()));
      pass(9000);
      return [whole, last, silent, heard, say()];
    }}"""
    whole, *told = use(name, call)
    if name in ("roll", "slope", "corner", "chunks"):
        assert told == [3], "the sentence, what the text sets and what is copied"
        return
    last, silent, (before, first), after = told
    assert silent
    assert before.startswith(f"Step {last - 1} of {last}. ")
    assert first.startswith(f"Step 1 of {last}. ")
    assert len({before, first, whole}) == 3
    assert before.removeprefix(f"Step {last - 1} of {last}. ") != first.removeprefix(f"Step 1 of {last}. "), "what is shown"
    assert after == whole


def test_a_figure_is_a_group_with_the_name_of_its_caption():
    call = """([name, state, number]) => {
      document.figures = [];
      const el = host(name, state);
      if (number) el.closest = () => ({ querySelector: () => ({ textContent: number }) });
      mountAll();
      return [el.kept.role, el.kept["aria-label"]];
    }"""
    told = [evaluate(call, ["bowl", defaults("bowl"), number]) for number in ("Fig. 2.1 ", None)]
    assert told == [["group", "Figure 2.1, live"], ["group", "Figure, live"]]


def test_a_figure_speaks_at_once_when_it_is_opened():
    call = f"""state => {{
      document.figures = [];
      const el = host("bowl", state);
      mountAll(); {SAYS}
      const before = says();
      pass(1);
      return [before, says()];
    }}"""
    before, after = evaluate(call, defaults("bowl"))
    assert "zigzags" in before[0]
    assert before[1] == ""
    assert after == [before[0]] * 2


def test_a_figure_is_drawn_once_a_frame_and_anew_when_its_width_changes():
    call = """(el) => {
      const { draw } = FIGURES.bowl, drawn = [];
      FIGURES.bowl.draw = (stage, state, ...more) => { drawn.push(state.lr); draw(stage, state, ...more); };
      for (const lr of [0.01, 0.02, 0.02, 0.03]) el.model.set("lr", lr);
      pass(100);
      for (const svg of el.tags("svg")) svg.clientWidth = 300;
      el.model.set("lr", 0.04);
      pass(100);
      const before = el.tags("svg")[0].kept.viewBox;
      for (const watch of watches) watch.call();
      pass(100);
      FIGURES.bowl.draw = draw;
      const sizes = [300, 60, 0].map(width => {
        for (const svg of el.tags("svg")) svg.clientWidth = width;
        for (const watch of watches) watch.call();
        pass(100);
        return el.tags("svg")[0].kept.viewBox;
      });
      return [drawn, before, ...sizes, [...watches].map(watch => watch.element.kept.class)];
    }"""
    drawn_, before, narrow, small, unknown, watched = use("bowl", call)
    assert drawn_ == [0.03, 0.04, 0.04]
    assert before == "0 0 560 394"
    assert narrow == "0 0 300 212"
    assert small == "0 0 200 142"
    assert unknown == "0 0 320 226"
    assert watched[-1] == "stage"


def test_level_lines_are_drawn_anew_when_the_ground_changes_and_kept_while_it_does_not():
    call = """(el) => {
      const path = () => el.all("class", "level")[0].kept.d, first = path();
      el.set({ lr: 0.01 });
      const same = path() === first;
      el.set({ tilt: 0 });
      const other = path() !== first;
      el.set({ tilt: 1 });
      return [same, other, path() === first];
    }"""
    assert use("basins", call) == [True, True, True]


def test_what_is_taken_down_leaves_nothing_behind():
    call = """states => Object.entries(states).map(([name, state]) => {
      const model = new State({ ...state, figure: name }), el = new Element("div");
      let saved = 0;
      model.save_changes = () => saved++;
      clock.jobs.clear();
      watches.clear();
      location.search = `?${name}=lr:0.01`;
      const stop = render({ model, el });
      pass(1000);
      const untouched = model.get("lr") === state.lr && location.search === `?${name}=lr:0.01`;
      el.all("class", "presets")[0].children[1].fire("click");
      const kept = saved;
      pass(1000);
      el.all("class", "play")[0]?.fire("click");
      const trait = "lr" in state ? "lr" : FIGURES[name].main;
      model.set(trait, 0.123);
      pass(17);
      model.set(trait, 0.1234);
      const before = clock.jobs.size;
      stop();
      return [el.kept.class, untouched, kept, before > 0, clock.jobs.size, watches.size, model.listeners.length];
    })"""
    for seen in evaluate(call, {name: defaults(name) for name in CASES}):
        assert seen == ["live-figure", True, 1, True, 0, 0, 0]


def test_a_state_tells_of_changes_alone():
    call = """() => {
      const state = new State({ lr: 1, x0: [1, 2] }), heard = [];
      const hear = () => heard.push("lr"), other = () => heard.push("other");
      state.on("change:lr", hear);
      state.on("change:lr", other);
      state.on("change:x0", hear);
      state.set("lr", 1);
      state.set("x0", [1, 2]);
      state.set("lr", 2);
      state.off("change:lr", other);
      state.set("lr", 3);
      state.off("change:lr", hear);
      state.set("lr", 4);
      state.set("x0", [1, 3]);
      return [heard, state.get("lr"), state.get("x0")];
    }"""
    assert evaluate(call) == [["lr", "other", "lr", "lr"], 4, [1, 3]]


@each_figure
def test_every_control_is_named_and_told_in_the_order_of_the_page(name):
    call = """(el, name) => ({
      controls: FIGURES[name].controls.map(control => control.name), readings: FIGURES[name].readings.length,
      labels: el.tags("label").map(label => label.textContent),
      names: el.all("role", "slider").map(knob => knob.kept["aria-label"]),
      panels: el.all("role", "group").map(group => group.kept["aria-label"]),
      tags: el.children[0].children.map(child => child.kept.class || child.tag),
      first: el.all("class", "first")[0].children.length,
      shown: el.all("class", "drive")[0].all("data-control").map(output => output.kept["data-control"]),
      main: FIGURES[name].main, room: el.all("class", "room")[0].textContent.length,
      tabs: el.all("tabindex", "0").length,
      live: el.tags("output").map(output => output.kept["aria-live"]),
    })"""
    seen = use(name, call)
    assert sorted(seen["controls"]) == sorted(defaults(name))
    names = [*seen["labels"], *seen["names"]]
    assert len(set(names)) == len(names)
    assert all(names)
    assert seen["panels"][0] == "Settings to try, in order"
    assert all(len(label) > 40 for label in seen["panels"][1:])
    key = ["key"] if name not in ("basins", "roll") else []
    folded = ["numbers"] if seen["readings"] > 3 else []
    rest = ["drive", "verdict", "side", "more", "first", *folded, "tools"]
    assert seen["tags"] == ["presets", "map", *key, *rest], "as on a phone"
    assert seen["first"] == 3
    assert seen["shown"] == [seen["main"]]
    assert seen["room"] > 60
    assert seen["tabs"] == len(seen["names"]) + (name == "line"), "one for all points"
    assert set(seen["live"]) == {"off"}

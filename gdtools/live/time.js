// The view's place in a run, which no address and no model knows: a bar to play, step and scrub it.
import { between } from "./compute.js";
import { node, press } from "./draw.js";
import { sliding } from "./control.js";

// A step is seen for as long as this, unless there are few or many: milliseconds.
const [STEP, SHORTEST, LONGEST] = [100, 1000, 6000];

// ask() draws anew. It stands at the end of the run, wherever that is, unless the reader has put it elsewhere.
export function timeBar(ask) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const button = press("", { class: "play" }, () => (calm.matches ? step(1) : playing ? stop() : play()));
  const scrub = node("input", { type: "range", min: 0, step: 1, "aria-label": "step" });
  const told = node("output", { "aria-live": "off" });
  const stepper = (way, title, label) => press(title, { class: "step", "aria-label": label }, () => step(way));
  const buttons = [stepper(-1, "‹", "a step back"), stepper(1, "›", "a step on")];
  let last = 0;
  let place = Infinity;
  let playing = 0;

  const at = () => Math.min(place, last);
  const go = k => {
    place = k;
    ask();
  };
  const stop = () => {
    cancelAnimationFrame(playing);
    playing = 0;
    ask();
  };
  function step(way) {
    const again = at() === last && way > 0;
    stop();
    go(again ? 0 : Math.max(0, at() + way));
  }
  // At one pace from where it stands, from the beginning if that is the end.
  function play(time = () => between(STEP * last, [SHORTEST, LONGEST])) {
    const from = at() < last ? at() : 0;
    const since = performance.now();
    const tick = () => {
      const k = from + ((performance.now() - since) / time()) * last;
      playing = k < last ? requestAnimationFrame(tick) : 0;
      go(Math.floor(k));
    };
    cancelAnimationFrame(playing);
    go(from);
    playing = requestAnimationFrame(tick);
  }

  sliding(scrub, () => {
    stop();
    go(+scrub.value);
  });
  return {
    node: node("div", { class: "time" }, button, ...buttons, node("span", { class: "track" }, scrub), told),
    at,
    isPlaying: () => playing > 0,
    stop,
    // The end of the run as it is now.
    follow: steps => (last = steps),
    // The whole run, as it is while a setting moves.
    rest() {
      place = Infinity;
      stop();
    },
    // The whole run once, as it is shown after a setting was chosen.
    show(pace) {
      place = Infinity;
      if (calm.matches) ask();
      else play(() => (pace ? pace * last : 1200));
    },
    draw() {
      button.textContent = calm.matches ? "Next step" : playing ? "Pause" : "Play";
      scrub.max = last;
      scrub.value = at();
      told.textContent = `${at()} of ${last}`;
      scrub.setAttribute("aria-valuetext", told.textContent);
    },
  };
}

// Pure functions, the twins of gdtools: the same operations in the same order, so that both give the same numbers.
"use strict";

// As gdtools.gradient_descent, in the plane: the step from a flat point counts, and a run ends with its last finite point.
function descent(grad, x0, lr, nIter, tol = 1e-10) {
  const hist = [x0];
  let x = x0, stopped = "budget";
  while (hist.length <= nIter) {
    const g = grad(x), next = [x[0] - lr * g[0], x[1] - lr * g[1]];
    if (!next.every(Number.isFinite)) { stopped = "diverged"; break; }
    hist.push(x = next);
    if (Math.sqrt(g[0] * g[0] + g[1] * g[1]) < tol) { stopped = "converged"; break; }
  }
  return { x, hist, steps: hist.length - 1, stopped };
}

// The first step at which the distance to the goal is down to eps times the first one; Infinity if not within the limit.
function stepsTo(grad, x0, goal, lr, eps, limit) {
  const wanted = eps * distance(x0, goal);
  let x = x0;
  for (let k = 0; k <= limit; k++) {
    if (distance(x, goal) <= wanted) return k;
    const g = grad(x);
    x = [x[0] - lr * g[0], x[1] - lr * g[1]];
  }
  return Infinity;
}

// The gradient of a bowl with the eigenvalues mu and L, its flat direction turned by an angle in degrees, lowest at a centre.
function bowlGradient(mu, L, angle, centre) {
  const [c, s] = direction(angle);
  const a = mu * c * c + L * s * s, b = (mu - L) * c * s, d = mu * s * s + L * c * c;
  return p => {
    const x = p[0] - centre[0], y = p[1] - centre[1];
    return [a * x + b * y, b * x + d * y];
  };
}

function direction(degrees) {
  const turn = degrees * (Math.PI / 180);
  return [Math.cos(turn), Math.sin(turn)];
}

const distance = (p, q) => Math.hypot(p[0] - q[0], p[1] - q[1]);
const dot = (p, q) => p[0] * q[0] + p[1] * q[1];

// As gdtools.theory: what one step multiplies the error by in each direction, the slowest of these, and what it takes.
const factors = (lam, lr) => lam.map(value => 1 - lr * value);
const contraction = (lam, lr) => Math.max(...factors(lam, lr).map(Math.abs));
function predictedSteps(rate, eps) {
  if (rate >= 1) return Infinity;
  return rate === 0 ? 1 : Math.ceil(Math.log(eps) / Math.log(rate));
}

// Numbers as Python writes them, with a true minus: .3e, .4g, and whatever it takes. Python rounds an exact half to even.
const minus = text => text.replace(/^-/, "−");
const pad = text => text.replace(/e([+-])(\d)$/, "e$10$2");
function rounded(value, digits) {
  const exact = value.toExponential(100).replace(/[-.]|e.*/g, "");
  return /^50*$/.test(exact.slice(digits)) && exact[digits - 1] % 2 === 0 ? value * (1 - 1e-15) : value;
}
const scientific = value => minus(pad(rounded(value, 4).toExponential(3)));
function general(value, digits = 4) {
  if (!value) return "0";
  const near = rounded(value, digits), [mantissa, power] = near.toExponential(digits - 1).split("e");
  return minus(power < -4 || power >= digits ? pad(`${+mantissa}e${power}`) : String(+near.toPrecision(digits)));
}
const small = value => Math.abs(value) < 1e-9 && value ? "≈ 0" : general(value);
const exactly = value => minus(value && Math.abs(value) < 1e-4 ? value.toExponential() : String(value));
const error = value => value > 0 && value < 1e-12 ? "< 1e-12" : scientific(value);
const count = steps => `${steps} ${steps === 1 ? "step" : "steps"}`;

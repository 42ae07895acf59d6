// Pure functions, the twins of gdtools and of compute.py: the same operations in the same order, so that both give the
// same numbers. A point of the plane is a pair of numbers.

export const dot = (p, q) => p[0] * q[0] + p[1] * q[1];
export const norm = way => Math.sqrt(dot(way, way));
export const moved = (point, way, step) => [point[0] - step * way[0], point[1] - step * way[1]];
export const between = (value, [low, high]) => Math.min(high, Math.max(low, value));

export function direction(degrees) {
  const turn = degrees * (Math.PI / 180);
  return [Math.cos(turn), Math.sin(turn)];
}

// As gdtools.gradient_descent: the step from a flat point counts, and a run ends with its last finite point.
// With a step of zero there is none.
export function descent(grad, x0, lr, nIter, tolerance = SHARED.compute.tolerance) {
  const hist = [x0];
  const most = lr > 0 ? nIter : 0;
  const end = stopped => ({ x: hist.at(-1), hist, steps: hist.length - 1, stopped });
  while (hist.length <= most) {
    const x = hist.at(-1);
    const slope = grad(x);
    const next = moved(x, slope, lr);
    if (!next.every(Number.isFinite)) return end("diverged");
    hist.push(next);
    if (norm(slope) < tolerance) return end("converged");
  }
  return end("budget");
}

// The first of the predicted steps that is there; Infinity if none is, or if they are too many to walk.
export function stepsTo(there, grad, x0, lr, promised) {
  if (promised > SHARED.compute.farthest) return Infinity;
  for (let x = x0, k = 0; k <= promised; k++) {
    if (there(x)) return k;
    x = moved(x, grad(x), lr);
  }
  return Infinity;
}

// As gdtools.theory: what one step multiplies the error by in each direction, the slowest of these, and what it takes.
export const factors = (curvatures, lr) => curvatures.map(curvature => 1 - lr * curvature);
export const contraction = (curvatures, lr) => Math.max(...factors(curvatures, lr).map(Math.abs));
export function predictedSteps(rate, accuracy) {
  if (rate >= 1) return Infinity;
  return rate === 0 ? 1 : Math.ceil((Math.log(accuracy) / Math.log(rate)) * (1 - 4 * Number.EPSILON));
}

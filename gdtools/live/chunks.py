"""What a gradient over many rows costs on a cluster, by a model: the rows, the workers and the size of a chunk."""

import math

import matplotlib.pyplot as plt
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.traits import Number
from gdtools.live.words import general, percent
from gdtools.plotting import STYLE

# Fitted to steps of dask's distributed scheduler as it is set by default: seconds at rest, of the scheduler and of a worker
# for a task, bytes a second that a core turns into a gradient, tasks for a chunk, bytes of a row of twenty numbers.
REST, SERIAL, WORKER, SPEED, TASKS, ROW = 0.016, 0.00102, 0.00184, 7.9e9, 1.34, 160
MILLION = 1e6
SMALLEST, LARGEST, MOST = 0.1, 10_000, 1000  # chunks in MB and workers that are drawn


class Chunks(LiveFigure):
    r"""Seconds for one gradient over so many ``rows`` by so many ``workers`` in chunks of ``chunk`` MB.

    .. math:: T = a + 1.34\,N\Bigl(o_s + \frac{o_w}{W}\Bigr) + \Bigl\lceil\frac NW\Bigr\rceil\frac cb

    N the number of chunks; the part with :math:`o_s` is the scheduler's, which serves one task after another.
    """

    figure = traitlets.Unicode("chunks", read_only=True).tag(sync=True)
    rows = Number(10**9, 1000, 10**12, whole=True)
    workers = Number(100, 1, 10_000, whole=True)
    chunk = Number(100.0, SMALLEST, 100_000)
    forms = {"seconds": general, "share": percent, "speedup": general, "bound": general}
    constants = {
        "rest": REST, "serial": SERIAL, "worker": WORKER, "speed": SPEED, "tasks": TASKS, "row": ROW, "million": MILLION,
        "smallest": SMALLEST, "largest": LARGEST, "most": MOST,
    }  # fmt: skip

    def size(self):
        """The bytes of all rows."""
        return self.rows * ROW

    def values(self):
        """Seconds a step, the scheduler's share of them, how many times one core, and what no setting beats."""
        scheduler, worker, data = cost(self.size(), self.workers, self.chunk)
        seconds, alone = REST + scheduler + worker + data, self.size() / SPEED
        return {
            "seconds": seconds,
            "share": scheduler / seconds,
            "speedup": alone / seconds,
            "bound": math.sqrt(alone / (TASKS * SERIAL)) / 2,
        }

    def sentence(self):
        n = self.numbers()
        return (
            f"A gradient over {general(self.rows)} rows by {self.workers} workers in chunks of {self.chunk:g} MB takes "
            f"{n['seconds']} s by the model, {n['share']} of it the scheduler’s: {n['speedup']} times as fast as one core; "
            f"no setting gets beyond {n['bound']} times."
        )

    def alt(self):
        return (
            "Seconds of a step against the size of a chunk, and below against the number of workers, on logarithmic axes, with "
            "the scheduler’s part of them and the least that any setting takes."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (above, below) = plt.subplots(2, sharey=True, figsize=(5.6, 6))
            chunks = [SMALLEST * (LARGEST / SMALLEST) ** (i / 200) for i in range(201)]
            workers = [MOST ** (i / 200) for i in range(201)]
            along_chunks = [(chunk, *cost(self.size(), self.workers, chunk)) for chunk in chunks]
            along_workers = [(number, *cost(self.size(), number, self.chunk)) for number in workers]
            for ax, costs, here in ((above, along_chunks, self.chunk), (below, along_workers, self.workers)):
                x, scheduler, worker, data = zip(*costs, strict=True)
                ax.loglog(x, [REST + sum(parts) for parts in zip(scheduler, worker, data, strict=True)], "C0", label="a step")
                ax.loglog(x, scheduler, "C1", label="scheduler")
                ax.loglog(x, data, "C2", label="data")
                ax.axvline(here, color="0.6", lw=0.8)
                ax.axhline(2 * math.sqrt(TASKS * SERIAL * self.size() / SPEED), color="k", ls="--", lw=0.8)
            above.set(xlabel="chunk in MB", ylabel="seconds")
            below.set(xlabel="workers", ylabel="seconds")
            fig.legend(*above.get_legend_handles_labels(), loc="outside upper center", ncols=3)
        return fig


def cost(size, workers, chunk):
    """Seconds of a step: those of the scheduler, of what the workers do for the tasks, and of the data."""
    given = min(chunk * MILLION, size)
    number = math.ceil(size / given)
    handled = number * TASKS
    return handled * SERIAL, handled * WORKER / workers, math.ceil(number / workers) * given / SPEED

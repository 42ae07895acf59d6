import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import tracemalloc
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pages import ROOT, cells
from strategies import bowls, seeds

from gdtools import gradient_descent, in_standard_errors, least_squares, over_chunks

sizes = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@pytest.fixture(autouse=True)
def _in_order():
    with dask.config.set(scheduler="synchronous"):
        yield


def slope(X, y, w):
    return X.T @ (X @ w - y)


# Sums over chunks


@given(sizes, seeds, st.integers(1, 4))
def test_a_sum_over_chunks_is_the_sum_over_all_rows(cut, seed, d):
    rng, n = np.random.default_rng(seed), sum(cut)
    X, y, w = rng.integers(-9, 9, (n, d)), rng.integers(-9, 9, n), rng.integers(-9, 9, d)
    lazy = da.from_array(X, chunks=(tuple(cut), (d,))), da.from_array(y, chunks=(tuple(cut),))
    blocks = [slope, lambda X, y, w: X.T @ X, lambda X, y, w: np.sum((X @ w - y) ** 2), lambda X, y, w: np.zeros((2, 3, 4))]
    for block in blocks:
        expected = block(X, y, w)
        for arrays in (lazy, (X, y)):
            found = over_chunks(block, *arrays)(w)
            assert_array_equal(found, expected)
            assert np.shape(found) == np.shape(expected)


def test_arrays_of_several_widths_and_dimensions_go_together():
    rng = np.random.default_rng(0)
    A, B, c = rng.normal(size=(12, 2, 3)), rng.normal(size=(12, 5)), rng.normal(size=12)
    lazy = [da.from_array(part, chunks=(5, *part.shape[1:])) for part in (A, B, c)]
    total = over_chunks(lambda A, B, c, w: w * np.einsum("nij,nk,n->ijk", A, B, c), *lazy)
    assert_allclose(total(2.0), 2 * np.einsum("nij,nk,n->ijk", A, B, c))


def test_the_same_loop_takes_the_same_steps():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(400, 3)), rng.normal(size=400)
    total = over_chunks(slope, da.from_array(X, chunks=(64, 3)), da.from_array(y, chunks=64))
    runs = [
        gradient_descent(grad, np.zeros(3), 0.1, 50, tol=0).hist
        for grad in (lambda w: 2 / 400 * total(w), least_squares(X, y).grad)
    ]
    assert_allclose(*runs, rtol=1e-12, atol=1e-14)


def test_the_chunks_are_read_anew_at_each_call_and_not_before():
    read = []

    def rows_of(block_info):
        read.append(block_info[None]["chunk-location"][0])
        return np.ones((4, 2))

    table = da.map_blocks(rows_of, chunks=((4,) * 3, (2,)), dtype=float, meta=np.empty((0, 0)))
    total = over_chunks(lambda M, w: M.sum(axis=0) * w, table)
    assert read == []
    for times in (1, 2):
        assert_array_equal(total(2.0), [24, 24])
        assert sorted(read) == sorted(times * [0, 1, 2])


def test_a_mean_is_found_out():
    X, y = np.ones((6, 2)), np.ones(6)
    lazy = da.from_array(X, chunks=(4, 2)), da.from_array(y, chunks=4)
    for arrays in (lazy, (X, y)):
        for block in (lambda X, y, w: slope(X, y, w) / len(y), lambda X, y, w: np.mean(X, axis=0), lambda X, y, w: w):
            with pytest.raises(ValueError, match="block of no rows is .*; expected 0"):
                over_chunks(block, *arrays)(np.ones(2))


@pytest.mark.parametrize(
    ("arrays", "error", "said"),
    [
        ((), TypeError, "at least one array"),
        ((np.ones((4, 2)), np.ones(3)), ValueError, r"rows \[3, 4\]"),
        ((np.ones((4, 2)), da.ones(4, chunks=2)), TypeError, "all of dask, or all of numpy"),
        ((da.ones((4, 2), chunks=2), da.ones(4, chunks=4)), ValueError, "same, known numbers of rows"),
        ((da.ones((4, 2), chunks=(2, 1)),), ValueError, "each row in one chunk"),
        ((da.ones(4, chunks=2)[da.ones(4, chunks=2) > 0],), ValueError, "same, known numbers of rows"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(arrays, error, said):
    with pytest.raises(error, match=said):
        over_chunks(slope, *arrays)


def test_what_is_no_function_or_no_number_is_refused():
    with pytest.raises(TypeError, match="block is 3; expected a function"):
        over_chunks(3, np.ones(3))
    with pytest.raises(TypeError, match="w is 'a'"):
        over_chunks(slope, np.ones((3, 1)), np.ones(3))("a")


def test_dask_is_asked_for_by_its_own_arrays_alone():
    code = """
        import sys
        import numpy as np
        from gdtools import over_chunks
        assert over_chunks(lambda X, w: X.sum(axis=0), np.ones((3, 2)))(0).tolist() == [3, 3]
        assert not {"dask", "distributed"} & set(sys.modules)"""
    assert child(code).returncode == 0


# Errors in their unit


@given(bowls(), seeds, st.integers(1, 10**6), st.floats(0.1, 10))
def test_on_a_quadratic_the_gradient_tells_the_distance(bowl, seed, n, dispersion):
    A, lam, _ = bowl
    off = np.random.default_rng(seed).normal(size=len(lam))
    told = in_standard_errors(A @ off, A, n, dispersion)
    assert isinstance(told, float)
    assert told == pytest.approx(np.sqrt(n * off @ A @ off / (dispersion * len(lam))))


def test_the_truth_is_one_standard_error_away():
    rng, n, sigma = np.random.default_rng(2), 200, 0.7
    X = rng.normal(size=(n, 5)) @ rng.normal(size=(5, 5))
    H, told = X.T @ X / n, []
    for _ in range(400):
        y = X @ np.ones(5) + sigma * rng.normal(size=n)
        told.append(in_standard_errors(X.T @ (X @ np.ones(5) - y) / n, H, n, sigma**2))
    assert np.mean(np.square(told)) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([1.0], np.eye(2), 9), r"g has shape \(1,\); expected \(2,\)"),
        (([1.0, 1.0], -np.eye(2), 9), "H is .*; expected a positive definite matrix"),
        (([1.0, 1.0], np.ones((2, 3)), 9), "H is .*symmetric"),
        (([1.0, 1.0], np.eye(2), 0), "n is 0"),
        (([1.0, 1.0], np.eye(2), 9, 0.0), "dispersion is 0.0"),
    ],
)
def test_what_gives_no_standard_error_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        in_standard_errors(*arguments)


# Less memory than data


def child(code, **told):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        **told,
    )


def test_a_pass_holds_few_chunks_and_what_is_lazy_may_hold_all():
    n, chunk = 200_000, 5000
    X = da.map_blocks(lambda: np.arange(10.0 * chunk).reshape(chunk, 10), chunks=((chunk,) * (n // chunk), (10,)), dtype=float,
                      meta=np.empty((0, 0)))  # fmt: skip
    total = over_chunks(lambda X, w: X.T @ (X @ w), X)

    def peak(call):
        call()
        tracemalloc.start()
        call()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(lambda: total(np.ones(10))) < 4 * chunk * 80
    assert peak(lambda: ((X - X.mean(axis=0)) / X.std(axis=0)).sum(axis=0).compute()) > n * 80 / 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process cannot limit its data")
def test_where_the_data_may_not_be_loaded_a_pass_still_ends(tmp_path):
    code = f"""
        import resource
        import numpy as np, dask, dask.array as da
        from gdtools import gradient_descent, over_chunks
        path, n = {str(tmp_path / "rows")!r}, 500_000
        with open(path, "wb") as file:
            for _ in range(50):
                np.full((n // 50, 20), 0.5).tofile(file)

        def read(block_info):
            first, last = block_info[None]["array-location"][0]
            return np.fromfile(path, count=20 * (last - first), offset=160 * first).reshape(-1, 20)

        table = da.map_blocks(read, chunks=((n // 50,) * 50, (20,)), dtype=float, meta=np.empty((0, 0)))
        total = over_chunks(lambda X, w: X.T @ (X @ w - 1), table)
        dask.config.set(scheduler="synchronous")
        total(np.zeros(20))  # OpenBLAS takes its buffers at the first product
        with open("/proc/self/status") as status:
            (now,) = [int(line.split()[1]) << 10 for line in status if line.startswith("VmData")]
        resource.setrlimit(resource.RLIMIT_DATA, (now + 40_000_000,) * 2)
        try:
            np.fromfile(path)
        except MemoryError:
            run = gradient_descent(lambda w: total(w) / n, np.zeros(20), 0.1, 5, tol=0)
            print("passes", run.n_steps)"""
    ran = child(code)
    assert (ran.stdout, ran.stderr) == ("passes 5\n", "")


# Workers of their own


PLACE = "\n".join(
    next(cell.source for cell in cells("chapters/scale") if mark in cell.source)
    for mark in ("import atexit", "import dask\n", "CLEANER = ", "def room(", "ours = ExitStack()")
)


@pytest.fixture
def process(tmp_path):
    """Starts Python on the chapter's own cells that make its folder and its workers, and on more code."""
    started = []

    def start(code):
        (tmp_path / "page").write_text(PLACE + "\n" + textwrap.dedent(code))
        # Who runs the tests in the background hands on that an interrupt is ignored.
        heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        (tmp_path / "it.py").write_text(
            f'if __name__ == "__main__":\n    {heard}\n    import pathlib; exec(pathlib.Path("page").read_text())\n'
        )
        environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, tmp_path / "it.py"]
        started.append(subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, stdout=-1, stderr=-1))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()


@pytest.fixture
def taken():
    """The port that Dask takes of itself is in use: by another page, or by another program that takes the same."""
    with socket.socket() as one:
        with contextlib.suppress(OSError):  # it is taken already
            one.bind(("127.0.0.1", 8787))
            one.listen()
        yield


@pytest.mark.usefixtures("taken")
def test_two_workers_add_integers_up_to_the_last_bit(process):
    code = """
        from gdtools import over_chunks
        M = da.map_blocks(lambda block_info: np.full((50, 3), float(block_info[None]["chunk-location"][0])),
                          chunks=((50,) * 40, (3,)), dtype=float, meta=np.empty((0, 0)))
        total = over_chunks(lambda M, w: M.T @ M + 0 * w, M)
        print({total(0.0).tobytes() == np.full((3, 3), 50.0 * sum(i * i for i in range(40))).tobytes() for _ in range(5)})
        print(len(client.scheduler_info()["workers"]))
        ours.close()
        print(folder.exists())"""
    out, err = process(code).communicate(timeout=120)
    assert (out, err) == ("{True}\n2\nFalse\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_is_interrupted_leaves_neither_files_nor_workers(process, how):
    it = process("(folder / 'rows').write_bytes(bytes(10**6)); print(folder, flush=True); import time; time.sleep(600)")
    folder = Path(it.stdout.readline().strip())
    assert (folder / "rows").exists()
    workers = psutil.Process(it.pid).children(recursive=True)
    assert len(workers) >= 3  # two, and the one that cleans up
    it.send_signal(how)
    it.wait(60)
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert alive == []
    until = time.monotonic() + 60
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not folder.exists()

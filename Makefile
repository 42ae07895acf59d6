# Two commands do everything: `make book` and `make test`. What each does stands in make.py, which runs without make, too.
PYTHON ?= $(if $(filter Windows_NT,$(OS)),python,python3)

.PHONY: book help pdf quick test bench lighthouse axe serve card links hooks lab branch notebooks classroom report ranges mutants certify lock font clean
book help pdf quick test bench lighthouse axe serve card links hooks lab branch notebooks classroom report ranges mutants certify lock font clean:
	@$(PYTHON) make.py $@

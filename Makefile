# Habits of whoever works on this. The environment is the one of the README's second command.
BIN := .venv/bin
CATALOGUE := instance/messages.pot

.PHONY: test quick lint run translations bench

test: ## everything but the bench
	$(BIN)/python -m pytest

quick: ## what to run before every commit
	$(BIN)/python -m pytest -m quick

lint: ## style and types
	$(BIN)/ruff check .
	$(BIN)/mypy --strict

run: ## the demo world on this machine
	$(BIN)/flask demo

translations: ## bring texts of code and templates into the catalogues and compile them
	mkdir -p $(dir $(CATALOGUE))
	$(BIN)/pybabel -q extract --width 110 -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output -o $(CATALOGUE) .
	$(BIN)/pybabel -q update --width 110 -i $(CATALOGUE) -d tracker/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d tracker/translations

bench: ## how fast, beside the empty page
	$(BIN)/python -m bench

#!/bin/sh
# Runs the test suite with coverage: scripts/test.sh PYTHON WORKERS
set -eu
python=$1
workers=$2
rm -f .coverage .coverage.*
# The service is started a few hundred times: it is compiled once, whatever the environment says.
unset PYTHONDONTWRITEBYTECODE
if ! command -v chromium >/dev/null 2>&1; then
    echo "No Chromium here: the browser tests are skipped. To run them: apt-get install chromium"
fi
if ! command -v promtool >/dev/null 2>&1 || ! command -v amtool >/dev/null 2>&1; then
    echo "No Prometheus or no Alertmanager here: tests of alerts are skipped. To run them: apt-get install prometheus prometheus-alertmanager"
fi
if ! command -v dovecot >/dev/null 2>&1 && [ ! -x /usr/sbin/dovecot ]; then
    echo "No Dovecot here: the tests of a real mailbox are skipped. To run them: apt-get install dovecot-imapd"
fi
"$python" -m pytest -m "not long" -n "$workers" --dist loadgroup --cov --cov-report=
"$python" -m coverage combine --quiet 2>/dev/null || true
"$python" -m coverage report --skip-covered --skip-empty
# What guests' messages and money pass through is held to more.
for room in actors dialogue pms storage; do
    "$python" -m coverage report --include="agente_hotelero/$room/*" --fail-under=95 --format=total
done

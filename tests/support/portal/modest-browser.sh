#!/bin/sh
# Chromium lets its threads go before all others on the machine where it may, which is where root starts it. Beside it
# a Redis answered later than a gateway waits: here it may not.
browser=${FIELDGATE_TEST_CHROMIUM:?is what the services of the tests set}
if setpriv --bounding-set -sys_nice true 2>/dev/null; then
  exec setpriv --bounding-set -sys_nice "$browser" "$@"
fi
exec "$browser" "$@"

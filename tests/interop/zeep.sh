#!/usr/bin/env bash
# python3-zeep (Debian) against the schema that we ship and the reader of SOAP messages.
# usage: tests/interop/zeep.sh /path/to/eider     exit code 77: skipped
source "$(dirname "$0")/common.sh"
here=$(realpath "$(dirname "$0")")
eider=$(realpath "${1:?usage: zeep.sh /path/to/eider}")
python=/usr/bin/python3  # whose packages are Debian's
"$python" -c 'import zeep' 2>/dev/null || skip "python3-zeep is not installed"
enter_work
"$eider" decode --schema . >/dev/null
cmp esim-messaging-3.xsd "$here/../../docs/schemas/esim-messaging-3.xsd"
"$python" "$here/zeep_client.py" "$eider" esim-messaging-3.xsd

#!/usr/bin/env python3
"""python3-zeep, a SOAP client of others, against our schema and our reader: it loads the schema through a WSDL made here,
writes a request of every function from the samples that it parsed itself, and `eider decode` reads each; what our samples say
is parsed by zeep into the same values. usage: zeep_client.py /path/to/eider SCHEMA.xsd; prints what was compared, exit code 1 when a
message is not taken."""
import json
import pathlib
import subprocess
import sys

import zeep
from lxml import etree

NAMESPACE = "http://namespaces.gsma.org/esim-messaging/3"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSDL = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:rps="{ns}" xmlns:t="urn:eider" targetNamespace="urn:eider">
  <types><xs:schema><xs:import namespace="{ns}" schemaLocation="{schema}"/></xs:schema></types>
  {messages}
  <portType name="P">{operations}</portType>
  <binding name="B" type="t:P"><soap12:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>{bound}</binding>
  <service name="S"><port name="Port" binding="t:B"><soap12:address location="http://127.0.0.1:9/"/></port></service>
</definitions>"""


def wsdl_of(schema: pathlib.Path) -> tuple[str, list[str]]:
    elements = {e.get("name") for e in etree.parse(str(schema)).getroot() if e.tag.endswith("}element")}
    functions = sorted(e[:-7] for e in elements if e.endswith("Request") and e[:-7] + "Response" in elements)
    messages = "".join(f'<message name="{e}"><part name="parameters" element="rps:{e}"/></message>' for e in sorted(elements))
    operations = "".join(f'<operation name="{f}"><input message="t:{f}Request"/><output message="t:{f}Response"/></operation>'
                         for f in functions)
    body = '<soap12:body use="literal"/>'
    bound = "".join(f'<operation name="{f}"><soap12:operation soapAction=""/><input>{body}</input><output>{body}</output></operation>'
                    for f in functions)
    return WSDL.format(ns=NAMESPACE, schema=schema.name, messages=messages, operations=operations, bound=bound), functions


def decode(eider: str, message: bytes) -> dict:
    run = subprocess.run([eider, "decode", "--json"], input=message, capture_output=True, check=False)
    if run.returncode != 0:
        sys.exit(f"eider decode refuses what zeep wrote: {run.stderr.decode()}\n{message.decode()}")
    return json.loads(run.stdout)


def value_of(kind, depth: int = 0):
    """A value for every element of a type, by the names of its simple types."""
    if not hasattr(kind, "elements"):
        return SIMPLE.get(kind.name, SIMPLE.get(kind.__class__.__name__, "2"))
    out = {}
    for name, element in kind.elements:
        many = element.accepts_multiple
        if name.startswith("_value") or (depth and name == "Certificate"):
            continue  # the content of a signature; the other kind of key set
        inner = value_of(element.type, depth + 1)
        out[name] = [inner] if many else inner
    for name, attribute in kind.attributes:
        if name and name != "_attr_1":
            out[name] = value_of(attribute.type)
    return out


SIMPLE = {
    "EIDType": "89001012012341234012345678901224", "ICCIDType": "8988211000000350118", "ObjectIdentifierType": "2.999.10",
    "ISDPAIDType": "A0000005591010FFFFFFFF8900001000", "AIDType": "A0000005591010FFFFFFFF8900000100", "TARType": "000001",
    "HexDataType": "5A0101", "HexValueType": "5A0101", "hexBinary16": "0102", "KCVType": "010203", "KeyTypeCodingType": "88",
    "IMSIType": "001010000000001", "MSISDNType": "46709123456", "StatusType": "EXECUTED_SUCCESS", "StatusCodeType": "8.1",
    "SDRoleType": "ECASD", "ProfileStateType": "Enabled", "POL2RuleSubjectType": "PROFILE", "POL2RuleActionType": "DISABLE",
    "POL2RuleQualificationType": "Not-Allowed", "KeysetUsageType": "SCP80", "OperationTypeType": "0200",
    "ECCKeyLengthType": "ECC-256", "Boolean": True, "boolean": True, "DateTime": "2026-03-01T12:00:00Z",
    "dateTime": "2026-03-01T12:00:00Z",
}


def main() -> None:
    eider, schema = sys.argv[1], pathlib.Path(sys.argv[2])
    text, functions = wsdl_of(schema)
    wsdl = pathlib.Path("eider.wsdl")
    wsdl.write_text(text, encoding="utf-8")
    client = zeep.Client(str(wsdl))
    operations = client.service._binding._operations
    for name in functions:
        request = operations[name].input.body.type
        message = client.create_message(client.service, name, **value_of(request))
        shown = decode(eider, etree.tostring(message))
        if shown["kind"] != f"{name}Request (SOAP)":
            sys.exit(f"{name}: taken for {shown['kind']}")
        facts = {f["label"] for f in shown.get("facts", [])}
        if "FunctionCallIdentifier" not in facts:
            sys.exit(f"{name}: no FunctionCallIdentifier among {facts}")
        # A response, written with zeep's own element and read by both.
        element = client.get_element(f"{{{NAMESPACE}}}{name}Response")
        body = etree.Element(f"{{{SOAP}}}Envelope")
        etree.SubElement(body, f"{{{SOAP}}}Header")
        element.render(etree.SubElement(body, f"{{{SOAP}}}Body"), element(**value_of(element.type)))
        if decode(eider, etree.tostring(body))["kind"] != f"{name}Response (SOAP)":
            sys.exit(f"{name}: its response is taken for something else")
    print(f"{len(functions)} requests and responses of zeep read")


main()

"""Builds and parses MQTT packets of versions 3 (3.1), 4 (3.1.1) and 5.

Builders return bytes and check nothing, so that a test can build what the standard forbids. The parser
is strict: what a server may not send raises ProtocolFault, in every test that receives anything.
"""

import struct

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = 8, 9, 10, 11, 12, 13, 14, 15

TYPE_NAMES = [
    "RESERVED", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP",
    "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH",
]

# name: (identifier, wire type, packets a server may send it in)
PROPERTIES = {
    "payload_format_indicator": (0x01, "byte", "PUBLISH"),
    "message_expiry_interval": (0x02, "u32", "PUBLISH"),
    "content_type": (0x03, "string", "PUBLISH"),
    "response_topic": (0x08, "string", "PUBLISH"),
    "correlation_data": (0x09, "binary", "PUBLISH"),
    "subscription_identifier": (0x0B, "varint", "PUBLISH"),
    "session_expiry_interval": (0x11, "u32", "CONNACK"),
    "assigned_client_identifier": (0x12, "string", "CONNACK"),
    "server_keep_alive": (0x13, "u16", "CONNACK"),
    "authentication_method": (0x15, "string", "CONNACK AUTH"),
    "authentication_data": (0x16, "binary", "CONNACK AUTH"),
    "request_problem_information": (0x17, "byte", ""),
    "will_delay_interval": (0x18, "u32", ""),
    "request_response_information": (0x19, "byte", ""),
    "response_information": (0x1A, "string", "CONNACK"),
    "server_reference": (0x1C, "string", "CONNACK DISCONNECT"),
    "reason_string": (0x1F, "string", "CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH"),
    "receive_maximum": (0x21, "u16", "CONNACK"),
    "topic_alias_maximum": (0x22, "u16", "CONNACK"),
    "topic_alias": (0x23, "u16", "PUBLISH"),
    "maximum_qos": (0x24, "byte", "CONNACK"),
    "retain_available": (0x25, "byte", "CONNACK"),
    "user_property": (0x26, "pair", "CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH"),
    "maximum_packet_size": (0x27, "u32", "CONNACK"),
    "wildcard_subscription_available": (0x28, "byte", "CONNACK"),
    "subscription_identifier_available": (0x29, "byte", "CONNACK"),
    "shared_subscription_available": (0x2A, "byte", "CONNACK"),
}
PROPERTY_BY_ID = {identifier: (name, kind, packets) for name, (identifier, kind, packets) in PROPERTIES.items()}

# Reason codes a server may send, by packet (MQTT 5.0 tables 3-1, 3-4 to 3-9, 3.14.2.1, 3.15.2.1).
SERVER_REASONS = {
    "CONNACK": {0x00, *range(0x80, 0x8B), 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F},
    "PUBACK": {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99},
    "PUBREC": {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99},
    "PUBREL": {0x00, 0x92},
    "PUBCOMP": {0x00, 0x92},
    "SUBACK": {0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2},
    "UNSUBACK": {0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91},
    "DISCONNECT": {0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95,
                   0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2},
    "AUTH": {0x00, 0x18},
}


class ProtocolFault(AssertionError):
    """The server sent something that the standard forbids."""


# ---- fields ---------------------------------------------------------------------------------------------


def varint(value):
    encoded = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        encoded.append(low | (0x80 if value else 0))
        if not value:
            return bytes(encoded)


def binary(data):
    data = data.encode() if isinstance(data, str) else bytes(data)
    return struct.pack("!H", len(data)) + data


string = binary  # a string may be given as bytes, to be invalid UTF-8


def u16(value):
    return struct.pack("!H", value)


def u32(value):
    return struct.pack("!I", value)


def one_property(name, value):
    identifier, kind, _ = PROPERTIES[name]
    head = varint(identifier)
    if kind == "byte":
        return head + bytes([value])
    if kind == "u16":
        return head + u16(value)
    if kind == "u32":
        return head + u32(value)
    if kind == "varint":
        return head + varint(value)
    if kind == "pair":
        return head + binary(value[0]) + binary(value[1])
    return head + binary(value)


def properties_block(properties):
    """The property block with its length. Takes bytes (the raw properties), None, a list of (name, value),
    or a dict whose value may be a list where a property may repeat."""
    if isinstance(properties, (bytes, bytearray)):
        body = bytes(properties)
    else:
        pairs = properties.items() if isinstance(properties, dict) else properties or []
        body = b""
        for name, value in pairs:
            values = value if isinstance(value, list) else [value]
            body += b"".join(one_property(name, each) for each in values)
    return varint(len(body)) + body


def raw(first_byte, body=b"", remaining=None):
    """A packet of any first byte and body; `remaining` (int or bytes) replaces the true remaining length."""
    if remaining is None:
        remaining = len(body)
    length = remaining if isinstance(remaining, (bytes, bytearray)) else varint(remaining)
    return bytes([first_byte]) + length + body


# ---- builders -------------------------------------------------------------------------------------------


def connect(client_id="", version=5, clean=True, keepalive=60, username=None, password=None, will=None,
            properties=None, protocol_name=None, protocol_level=None, flags=None):
    """`will` is will(...). `flags` replaces the computed connect flags byte, the payload stays as computed."""
    if protocol_name is None:
        protocol_name = "MQIsdp" if version == 3 else "MQTT"
    computed = 0x02 if clean else 0
    payload = binary(client_id)
    if will is not None:
        computed |= 0x04 | will["qos"] << 3 | (0x20 if will["retain"] else 0)
        if version == 5:
            payload += properties_block(will["properties"])
        payload += binary(will["topic"]) + binary(will["payload"])
    if username is not None:
        computed |= 0x80
        payload += binary(username)
    if password is not None:
        computed |= 0x40
        payload += binary(password)
    body = binary(protocol_name) + bytes([version if protocol_level is None else protocol_level])
    body += bytes([computed if flags is None else flags]) + u16(keepalive)
    if version == 5:
        body += properties_block(properties)
    return raw(CONNECT << 4, body + payload)


def will(topic="will", payload=b"gone", qos=0, retain=False, properties=None):
    return {"topic": topic, "payload": payload, "qos": qos, "retain": retain, "properties": properties}


def publish(topic, payload=b"", qos=0, retain=False, dup=False, packet_id=None, version=5, properties=None):
    """packet_id is written if it is given or qos > 0 (then 1)."""
    body = binary(topic)
    if qos and packet_id is None:
        packet_id = 1
    if packet_id is not None:
        body += u16(packet_id)
    if version == 5:
        body += properties_block(properties)
    payload = payload.encode() if isinstance(payload, str) else payload
    return raw(PUBLISH << 4 | (8 if dup else 0) | qos << 1 | (1 if retain else 0), body + payload)


def _ack(kind, flags, packet_id, reason, properties, version):
    body = u16(packet_id)
    if version == 5 and (reason is not None or properties is not None):
        body += bytes([reason or 0])
        if properties is not None:
            body += properties_block(properties)
    return raw(kind << 4 | flags, body)


def puback(packet_id, reason=None, properties=None, version=5):
    return _ack(PUBACK, 0, packet_id, reason, properties, version)


def pubrec(packet_id, reason=None, properties=None, version=5):
    return _ack(PUBREC, 0, packet_id, reason, properties, version)


def pubrel(packet_id, reason=None, properties=None, version=5):
    return _ack(PUBREL, 2, packet_id, reason, properties, version)


def pubcomp(packet_id, reason=None, properties=None, version=5):
    return _ack(PUBCOMP, 0, packet_id, reason, properties, version)


def options(qos=0, no_local=False, retain_as_published=False, retain_handling=0):
    """The subscription options byte of version 5; for versions 3 and 4 it is the QoS."""
    return qos | (4 if no_local else 0) | (8 if retain_as_published else 0) | retain_handling << 4


def subscribe(packet_id, filters, version=5, properties=None):
    """filters: a list of (filter, options byte) or of filters (QoS 0)."""
    body = u16(packet_id)
    if version == 5:
        body += properties_block(properties)
    pairs = (each if isinstance(each, tuple) else (each, 0) for each in filters)
    return raw(SUBSCRIBE << 4 | 2, body + b"".join(binary(name) + bytes([option]) for name, option in pairs))


def unsubscribe(packet_id, filters, version=5, properties=None):
    body = u16(packet_id)
    if version == 5:
        body += properties_block(properties)
    return raw(UNSUBSCRIBE << 4 | 2, body + b"".join(binary(each) for each in filters))


def pingreq():
    return raw(PINGREQ << 4)


def disconnect(reason=None, properties=None, version=5):
    body = b""
    if version == 5 and (reason is not None or properties is not None):
        body = bytes([reason or 0])
        if properties is not None:
            body += properties_block(properties)
    return raw(DISCONNECT << 4, body)


def auth(reason=None, properties=None):
    body = b""
    if reason is not None or properties is not None:
        body = bytes([reason or 0])
        if properties is not None:
            body += properties_block(properties)
    return raw(AUTH << 4, body)


def server_packets(version=5):
    """One valid packet of each type that only a server may send: a client that sends one errs."""
    tail = b"\x00" if version == 5 else b""
    packets = {
        "CONNACK": raw(CONNACK << 4, b"\x00\x00" + tail),
        "SUBACK": raw(SUBACK << 4, u16(1) + tail + b"\x00"),
        "UNSUBACK": raw(UNSUBACK << 4, u16(1) + (tail + b"\x00" if version == 5 else b"")),
        "PINGRESP": raw(PINGRESP << 4),
    }
    return packets


# ---- parser ---------------------------------------------------------------------------------------------


class Packet:
    """A packet from the server. `type` is its name; the other attributes depend on it:
    CONNACK session_present reason properties | PUBLISH topic payload qos retain dup packet_id properties
    PUBACK PUBREC PUBREL PUBCOMP packet_id reason properties | SUBACK UNSUBACK packet_id reasons properties
    DISCONNECT AUTH reason properties | PINGRESP (nothing).
    `properties` is a dict; user_property is a list of pairs, subscription_identifier a list of numbers."""

    def __init__(self, kind, flags, wire):
        self.type = TYPE_NAMES[kind]
        self.flags = flags
        self.wire = wire
        self.properties = {}

    def __repr__(self):
        shown = []
        for name, value in vars(self).items():
            if name in ("type", "flags", "wire") or (name == "properties" and not value):
                continue
            if name in ("reason",) and value is not None:
                value = f"0x{value:02X}"
            elif name == "reasons":
                value = "[" + " ".join(f"0x{each:02X}" for each in value) + "]"
            elif name == "payload" and len(value) > 60:
                value = f"{value[:60]!r}…({len(value)})"
            shown.append(f"{name}={value}")
        return f"{self.type}({', '.join(shown)})"


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise ProtocolFault(f"truncated packet body {self.data.hex(' ')}")
        self.at += count
        return self.data[self.at - count:self.at]

    def left(self):
        return len(self.data) - self.at

    def byte(self):
        return self.take(1)[0]

    def u16(self):
        return struct.unpack("!H", self.take(2))[0]

    def u32(self):
        return struct.unpack("!I", self.take(4))[0]

    def binary(self):
        return self.take(self.u16())

    def string(self):
        try:
            text = self.binary().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProtocolFault(f"ill-formed UTF-8 from the server: {error}") from error
        if "\0" in text:
            raise ProtocolFault("U+0000 in a string from the server")
        return text

    def varint(self):
        value, shift = 0, 0
        while True:
            low = self.byte()
            value |= (low & 0x7F) << shift
            if not low & 0x80:
                if low == 0 and shift:
                    raise ProtocolFault("variable byte integer not in its shortest form")
                return value
            shift += 7
            if shift > 21:
                raise ProtocolFault("variable byte integer of more than 4 bytes")


def _read_properties(reader, packet_type):
    length = reader.varint()
    block = _Reader(reader.take(length))
    found = {}
    while block.left():
        identifier = block.varint()
        if identifier not in PROPERTY_BY_ID:
            raise ProtocolFault(f"unknown property 0x{identifier:02X} in {packet_type}")
        name, kind, allowed = PROPERTY_BY_ID[identifier]
        if packet_type not in allowed.split():
            raise ProtocolFault(f"{name} is not allowed in a server's {packet_type}")
        if kind == "pair":
            found.setdefault(name, []).append((block.string(), block.string()))
            continue
        if name == "subscription_identifier":
            found.setdefault(name, []).append(block.varint())
            continue
        if name in found:
            raise ProtocolFault(f"{name} twice in {packet_type}")
        found[name] = getattr(block, kind)()
        if kind == "byte" and found[name] > 1:
            raise ProtocolFault(f"{name} is {found[name]} in {packet_type}")
    for name in ("receive_maximum", "maximum_packet_size", "topic_alias"):
        if found.get(name) == 0:
            raise ProtocolFault(f"{name} is 0 in {packet_type}")
    if 0 in found.get("subscription_identifier", []):
        raise ProtocolFault("subscription identifier 0")
    return found


def _parse_body(packet, reader, version):
    kind = packet.type
    if kind == "CONNACK":
        flags = reader.byte()
        if flags > 1:
            raise ProtocolFault(f"reserved CONNACK flags set: 0x{flags:02X}")
        packet.session_present = bool(flags)
        packet.reason = reader.byte()
        if packet.reason and packet.session_present:
            raise ProtocolFault("session present in a refusing CONNACK")
        if version < 5 and packet.reason > 5:
            raise ProtocolFault(f"CONNACK return code {packet.reason} to a v{version} client")
        if version == 3 and packet.session_present:
            raise ProtocolFault("session present flag to a 3.1 client")
        if version == 5:
            packet.properties = _read_properties(reader, kind)
    elif kind == "PUBLISH":
        packet.dup = bool(packet.flags & 8)
        packet.qos = packet.flags >> 1 & 3
        packet.retain = bool(packet.flags & 1)
        if packet.qos == 3 or (packet.dup and not packet.qos):
            raise ProtocolFault(f"PUBLISH flags 0x{packet.flags:X}")
        packet.topic = reader.string()
        packet.packet_id = reader.u16() if packet.qos else None
        if packet.packet_id == 0:
            raise ProtocolFault("packet id 0")
        if version == 5:
            packet.properties = _read_properties(reader, kind)
        if "+" in packet.topic or "#" in packet.topic:
            raise ProtocolFault(f"wildcard in the topic of a PUBLISH: {packet.topic}")
        if not packet.topic and "topic_alias" not in packet.properties:
            raise ProtocolFault("PUBLISH with neither topic nor alias")
        packet.payload = bytes(reader.take(reader.left()))
    elif kind in ("PUBACK", "PUBREC", "PUBREL", "PUBCOMP"):
        packet.packet_id = reader.u16()
        packet.reason = 0
        if version == 5 and reader.left():
            packet.reason = reader.byte()
            if reader.left():
                packet.properties = _read_properties(reader, kind)
    elif kind in ("SUBACK", "UNSUBACK"):
        packet.packet_id = reader.u16()
        if version == 5:
            packet.properties = _read_properties(reader, kind)
        packet.reasons = []
        if kind == "SUBACK" or version == 5:
            packet.reasons = list(reader.take(reader.left()))
        if version < 5 and any(each not in (0, 1, 2, 0x80) for each in packet.reasons):
            raise ProtocolFault(f"SUBACK codes {packet.reasons} to a v{version} client")
    elif kind in ("DISCONNECT", "AUTH"):
        packet.reason = 0
        if reader.left():
            packet.reason = reader.byte()
            if reader.left():
                packet.properties = _read_properties(reader, kind)


def parse(data, version):
    """One packet at the start of data: (Packet, its length), or None if it is not complete."""
    if len(data) < 2:
        return None
    length, at, shift = 0, 1, 0
    while True:
        if at >= len(data):
            return None
        low = data[at]
        length |= (low & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not low & 0x80:
            if low == 0 and shift > 7:
                raise ProtocolFault("remaining length not in its shortest form")
            break
        if shift > 21:
            raise ProtocolFault("remaining length of more than 4 bytes")
    if len(data) < at + length:
        return None
    kind, flags = data[0] >> 4, data[0] & 15
    packet = Packet(kind, flags, bytes(data[:at + length]))
    if packet.type in ("RESERVED", "CONNECT", "SUBSCRIBE", "UNSUBSCRIBE", "PINGREQ"):
        raise ProtocolFault(f"a server never sends {packet.type}")
    if version < 5 and packet.type in ("DISCONNECT", "AUTH"):
        raise ProtocolFault(f"{packet.type} to a v{version} client")
    if packet.type != "PUBLISH" and flags != (2 if packet.type == "PUBREL" else 0):
        raise ProtocolFault(f"{packet.type} with flags {flags}")
    reader = _Reader(bytes(data[at:at + length]))
    _parse_body(packet, reader, version)
    if reader.left():
        raise ProtocolFault(f"{reader.left()} bytes too many in {packet}")
    if version == 5:
        codes = getattr(packet, "reasons", None) or [getattr(packet, "reason", 0)]
        for code in codes:
            if packet.type in SERVER_REASONS and code not in SERVER_REASONS[packet.type]:
                raise ProtocolFault(f"reason 0x{code:02X} is not one of {packet.type}")
    return packet, at + length

#include "net/tls_wire.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/assert.h"

namespace grapnel {

namespace {

constexpr size_t kHeader = 5;
constexpr int kRecordsAtOnce = 64;

// The length of the record at the front with its header; all of `bytes` where none begins, for
// OpenSSL to say so; 0: not known yet.
size_t record_size(Bytes bytes) {
    if (bytes.empty()) return 0;
    const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
    constexpr uint8_t kFirstType = 20;  // change_cipher_spec … application_data
    constexpr uint8_t kLastType = 23;
    if (at(0) < kFirstType || at(0) > kLastType || (bytes.size() > 1 && at(1) != 3))
        return bytes.size();
    if (bytes.size() < kHeader) return 0;
    const size_t size = kHeader + (size_t{at(3)} << 8 | at(4));
    return size <= TlsWire::kRecordMost ? size : bytes.size();
}

}  // namespace

TlsWire& TlsWire::of_thread() {
    static thread_local const std::unique_ptr<TlsWire> wire(new TlsWire);
    return *wire;
}

const BIO_METHOD* TlsWire::method() {
    static const BIO_METHOD* const one = [] {
        BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loop");
        GN_ASSERT(made != nullptr);
        BIO_meth_set_read_ex(made, read);
        BIO_meth_set_write_ex(made, write);
        BIO_meth_set_ctrl(made, control);
        return made;
    }();
    return one;
}

bool TlsWire::attach(SSL& ssl) {
    BIO* const bio = BIO_new(method());
    if (bio == nullptr) return false;
    BIO_set_init(bio, 1);
    SSL_set_bio(&ssl, bio, bio);
    return true;
}

bool TlsWire::has_record(Bytes bytes) {
    const size_t size = record_size(bytes);
    return size != 0 && size <= bytes.size();
}

void TlsWire::offer(size_t size) {
    GN_ASSERT(size <= kInput);
    rest_ = {input_, size};
    record_left_ = 0;
    records_ = 0;
}

int TlsWire::read(BIO* bio, char* out, size_t size, size_t* count) {
    TlsWire& wire = of_thread();
    BIO_clear_retry_flags(bio);
    if (wire.record_left_ == 0 && wire.records_ < kRecordsAtOnce && has_record(wire.rest_)) {
        wire.record_left_ = record_size(wire.rest_);
        ++wire.records_;
    }
    *count = std::min(size, wire.record_left_);
    if (*count == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    std::memcpy(out, wire.rest_.data(), *count);
    wire.rest_.remove_prefix(*count);
    wire.record_left_ -= *count;
    return 1;
}

int TlsWire::write(BIO* bio, const char* data, size_t size, size_t* count) {
    BIO_clear_retry_flags(bio);
    of_thread().output.append(data, size);
    *count = size;
    return 1;
}

long TlsWire::control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

}  // namespace grapnel

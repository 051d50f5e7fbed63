#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace grapnel {

// What goes between OpenSSL and a stream in one call: records of bytes that came, and bytes to be
// sent. Each thread has one, for whatever connection it works on; in between, a connection keeps
// only the beginning of a record whose end did not come yet, and what its socket did not take.
class TlsWire {
public:
    // What may come in one go, records that were kept before included.
    static constexpr size_t kInput = 128 * 1024;
    // A record of TLS 1.2 at its longest (RFC 5246, 6.2.3), with its header.
    static constexpr size_t kRecordMost = 5 + 16 * 1024 + 2048;

    static TlsWire& of_thread();
    // Makes this what `ssl` reads from and writes to, on the thread that calls OpenSSL then. False:
    // no memory.
    static bool attach(SSL& ssl);

    // Does a record end in `bytes`, or something begin there that is none?
    static bool has_record(Bytes bytes);

    char* buffer() { return input_; }
    // OpenSSL gets the first `size` bytes of buffer() from now on, whole records only, and no more
    // of them than a turn of a loop can bear where each asks for new keys.
    void offer(size_t size);
    // What of it was not taken; valid until the buffer is used again.
    Bytes rest() const { return rest_; }

    std::string output;  // taken and emptied by whoever called OpenSSL

private:
    static const BIO_METHOD* method();
    static int read(BIO* bio, char* out, size_t size, size_t* count);
    static int write(BIO* bio, const char* data, size_t size, size_t* count);
    static long control(BIO* bio, int command, long number, void* argument);

    Bytes rest_;
    size_t record_left_ = 0;  // bytes of the record that was begun
    int records_ = 0;         // that were begun
    char input_[kInput];
};

}  // namespace grapnel

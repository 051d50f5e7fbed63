#include "ctl/base64.h"

#include <openssl/evp.h>

#include "ctl/failure.h"

namespace grapnel::ctl {

std::string base64_text(const std::string& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<size_t>(size));
    return out;
}

std::string base64_bytes(const std::string& text) {
    std::string out(text.size() / 4 * 3, '\0');
    const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (text.empty()) return "";
    if (size < 0 || text.size() % 4 != 0) throw Failure("the broker's answer holds no base64");
    // The padding was decoded as zeros.
    size_t padding = 0;
    while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
    out.resize(static_cast<size_t>(size) - padding);
    return out;
}

}  // namespace grapnel::ctl

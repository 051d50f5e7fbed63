#include "admin/operators.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace grapnel {

namespace {

constexpr std::string_view kScheme = "Bearer ";

std::string_view host_of_origin(std::string_view origin) {
    const size_t slashes = origin.find("://");
    return slashes == std::string_view::npos ? std::string_view() : origin.substr(slashes + 3);
}

}  // namespace

void Operators::adopt(const config::Admin& settings) {
    const std::lock_guard lock(mutex_);
    write_ = digest_of(settings.token);
    read_ = digest_of(settings.read_token);
}

Right Operators::right_of(const HttpRequest& request) const {
    const std::string_view header = request.header("authorization");
    if (!header.starts_with(kScheme)) return Right::none;
    const std::optional<Digest> given = digest_of(header.substr(kScheme.size()));
    if (!given) return Right::none;
    const auto is = [&](const std::optional<Digest>& wanted) {
        return wanted && CRYPTO_memcmp(given->data(), wanted->data(), wanted->size()) == 0;
    };
    const std::lock_guard lock(mutex_);
    if (is(write_)) return Right::write;
    return is(read_) ? Right::read : Right::none;
}

bool Operators::foreign(const HttpRequest& request) {
    const std::string_view origin = request.header("origin");
    return !origin.empty() && host_of_origin(origin) != request.header("host");
}

std::optional<Operators::Digest> Operators::digest_of(std::string_view token) {
    Digest digest;
    if (token.empty() ||
        EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        return std::nullopt;
    return digest;
}

}  // namespace grapnel

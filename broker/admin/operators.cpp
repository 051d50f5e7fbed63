#include "admin/operators.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cctype>

#include "base/address_block.h"
#include "base/clock.h"
#include "base/log.h"

namespace grapnel {

namespace {

constexpr std::string_view kScheme = "bearer ";

std::string_view host_of_origin(std::string_view origin) {
    const size_t slashes = origin.find("://");
    return slashes == std::string_view::npos ? std::string_view() : origin.substr(slashes + 3);
}

bool is_named(const std::string& pattern, const std::string& name) {
    if (!pattern.ends_with('*')) return name == pattern;
    return name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
}

// The name of the scheme is written as anybody likes (RFC 9110, 11.1).
bool has_scheme(std::string_view header) {
    if (header.size() < kScheme.size()) return false;
    for (size_t i = 0; i < kScheme.size(); ++i)
        if (std::tolower(static_cast<unsigned char>(header[i])) != kScheme[i]) return false;
    return true;
}

}  // namespace

void Operators::adopt(const config::Admin& settings) {
    const std::lock_guard lock(mutex_);
    write_ = digest_of(settings.token);
    read_ = digest_of(settings.read_token);
    certificates_ = settings.certificates;
}

Operators::Judgement Operators::judge(const HttpRequest& request, Right needed) const {
    const Judgement judgement = look_at(request, needed);
    if (judgement.status == 401 || judgement.status == 403) core_.admin_refused.fetch_add(1);
    return judgement;
}

Operators::Judgement Operators::look_at(const HttpRequest& request, Right needed) const {
    if (!open()) return {Right::none, 404, "no operator is configured"};
    if (foreign(request)) return {Right::none, 403, "the page is of another origin"};
    Clock now;
    now.refresh();
    if (core_.bans.banned(request.peer, now.monotonic_ms))
        return {Right::none, 403, "too many requests with wrong tokens came from this address"};
    const Right right = right_of(request);
    if (right == Right::none) {
        if (request.header("authorization").empty())
            return {Right::none, 401, "send the token as Authorization: Bearer TOKEN"};
        note_failure(request.peer, now.monotonic_ms);
        return {Right::none, 401,
                "this is no token of an operator; it goes as Authorization: Bearer TOKEN"};
    }
    core_.bans.succeeded(request.peer, now.monotonic_ms);
    if (right < needed) return {right, 403, "this token may only read"};
    return {right, 0, nullptr};
}

Right Operators::right_of(const HttpRequest& request) const {
    if (request.certificate && knows(*request.certificate)) return Right::write;
    std::string_view header = request.header("authorization");
    // RFC 9110, 5.5: blanks behind a value are no part of it.
    while (header.ends_with(' ') || header.ends_with('\t')) header.remove_suffix(1);
    return has_scheme(header) ? right_of_token(header.substr(kScheme.size())) : Right::none;
}

void Operators::note_failure(const PeerAddress& peer, int64_t now_ms) const {
    const auto address = AddressBlock::of(peer);
    if (address && core_.bans.failed(peer, now_ms))
        log_warn("admin", "address banned: too many failed logins", {{"address", address->text()}});
}

bool Operators::open() const {
    const std::lock_guard lock(mutex_);
    return write_ || read_ || !certificates_.empty();
}

bool Operators::knows(const TlsPeer& client) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(certificates_.begin(), certificates_.end(), [&](const std::string& pattern) {
        const auto matches = [&](const std::string& name) { return is_named(pattern, name); };
        return (!client.common_name.empty() && matches(client.common_name)) ||
               std::any_of(client.alternative_names.begin(), client.alternative_names.end(),
                           matches);
    });
}

Right Operators::right_of_token(std::string_view token) const {
    const std::optional<Digest> given = digest_of(token);
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
    if (!origin.empty() && host_of_origin(origin) != request.header("host")) return true;
    // What browsers say of requests that have no origin, as those for images.
    const std::string_view site = request.header("sec-fetch-site");
    return !site.empty() && site != "same-origin" && site != "none";
}

std::optional<Operators::Digest> Operators::digest_of(std::string_view token) {
    Digest digest;
    if (token.empty() ||
        EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        return std::nullopt;
    return digest;
}

}  // namespace grapnel

#include "net/tls_files.h"

#include <dirent.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/log.h"

namespace grapnel {

namespace {

using config::add_fault;
using config::Faults;
using config::Placed;
using config::quoted;

using BioPointer = OpensslPointer<BIO, BIO_free>;

constexpr size_t kPasswordBytesMost = 1024;

void fault(Faults& faults, const Placed& file, const std::string& text) {
    add_fault(faults, file.where, quoted(file.text) + " " + text);
}

BioPointer open_file(const std::string& path) {
    ERR_clear_error();
    return BioPointer(BIO_new_file(path.c_str(), "re"));
}

// Null, with the fault, if it cannot be read.
BioPointer open_file(const Placed& file, Faults& faults) {
    errno = 0;
    BioPointer bio = open_file(file.text);
    if (bio) return bio;
    const int error = errno;
    ERR_clear_error();
    const char* const advice = error == EACCES
                                   ? "; let the user that runs the broker read it"
                                   : "; a relative path starts at the folder of this file";
    fault(faults, file, std::string("cannot be read: ") + std::strerror(error) + advice);
    return nullptr;
}

// OpenSSL asks for the password of an encrypted key.
struct Password {
    std::string text;
    bool asked = false;

    static int give(char* out, int size, int, void* argument) {
        auto& self = *static_cast<Password*>(argument);
        self.asked = true;
        const size_t count = std::min(self.text.size(), static_cast<size_t>(size));
        std::memcpy(out, self.text.data(), count);
        return static_cast<int>(count);
    }
};

bool read_password(const Placed& file, Password& out, Faults& faults) {
    if (!file.given()) return true;
    const BioPointer bio = open_file(file, faults);
    if (!bio) return false;
    char line[kPasswordBytesMost + 1];
    const int count = BIO_gets(bio.get(), line, sizeof line);
    out.text.assign(line, count > 0 ? static_cast<size_t>(count) : 0);
    OPENSSL_cleanse(line, sizeof line);
    while (!out.text.empty() && (out.text.back() == '\n' || out.text.back() == '\r'))
        out.text.pop_back();
    if (!out.text.empty()) return true;
    fault(faults, file, "is empty; its first line is the password of the key");
    return false;
}

KeyPointer read_key(const config::TlsCertificate& files, Faults& faults) {
    Password password;
    if (!read_password(files.key_password_file, password, faults)) return nullptr;
    const BioPointer bio = open_file(files.key, faults);
    if (!bio) return nullptr;
    KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, Password::give, &password));
    const std::string reason = openssl_reason();
    OPENSSL_cleanse(password.text.data(), password.text.size());
    if (key) return key;
    if (!password.asked)
        fault(faults, files.key, "holds no private key in PEM (" + reason + ")");
    else if (!files.key_password_file.given())
        fault(faults, files.key,
              "is encrypted; name the file with its password as key_password_file");
    else
        fault(faults, files.key_password_file, "does not hold the password of the key");
    return nullptr;
}

// Every certificate up to the end of the file, or to a broken one.
std::vector<X509Pointer> read_certificates(BIO& bio) {
    std::vector<X509Pointer> all;
    Password none;
    while (X509* const certificate = PEM_read_bio_X509(&bio, nullptr, Password::give, &none))
        all.emplace_back(certificate);
    return all;
}

// Did reading end because the file did?
bool at_end() {
    const unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

void warn_if_expired(const Placed& file, const X509& certificate) {
    if (X509_cmp_current_time(X509_get0_notAfter(&certificate)) < 0)
        log_warn("net", "a certificate has expired",
                 {{"file", file.text}, {"where", file.where.text()}});
}

std::vector<std::string> files_of(const Placed& path, Faults& faults) {
    struct stat status {};
    if (::stat(path.text.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return {path.text};
    std::vector<std::string> files;
    DIR* const folder = ::opendir(path.text.c_str());
    if (folder == nullptr) {
        fault(faults, path, std::string("cannot be read: ") + std::strerror(errno));
        return {};
    }
    while (const dirent* const entry = ::readdir(folder)) {
        const std::string file = path.text + "/" + entry->d_name;
        if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode)) files.push_back(file);
    }
    ::closedir(folder);
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

std::string openssl_reason() {
    const unsigned long error = ERR_get_error();
    ERR_clear_error();
    const char* const reason = ERR_reason_error_string(error);
    return reason != nullptr ? reason : "no reason given";
}

std::optional<TlsChain> read_chain(const config::TlsCertificate& files, Faults& faults) {
    if (!files.cert.given() || !files.key.given()) return std::nullopt;  // said by the reader
    TlsChain chain;
    if (const BioPointer bio = open_file(files.cert, faults)) {
        std::vector<X509Pointer> all = read_certificates(*bio);
        const bool whole = at_end();
        const std::string reason = openssl_reason();
        if (all.empty() || !whole) {
            fault(faults, files.cert, "holds no certificate in PEM (" + reason + ")");
        } else {
            chain.certificate = std::move(all.front());
            chain.others.reset(sk_X509_new_null());
            for (size_t i = 1; i < all.size(); ++i)
                sk_X509_push(chain.others.get(), all[i].release());
            warn_if_expired(files.cert, *chain.certificate);
        }
    }
    chain.key = read_key(files, faults);
    if (!chain.certificate || !chain.key) return std::nullopt;
    if (X509_check_private_key(chain.certificate.get(), chain.key.get()) == 1) return chain;
    ERR_clear_error();
    fault(faults, files.key,
          "is not the key of the certificate " + quoted(files.cert.text) +
              ", whose file must begin with the broker's own");
    return std::nullopt;
}

std::vector<X509Pointer> read_authorities(const Placed& path, Faults& faults) {
    std::vector<X509Pointer> all;
    const size_t faults_before = faults.size();
    for (const std::string& file : files_of(path, faults)) {
        const Placed placed{file, path.where};
        const BioPointer bio = open_file(placed, faults);
        if (!bio) continue;
        std::vector<X509Pointer> some = read_certificates(*bio);
        if (!at_end()) fault(faults, placed, "holds a broken certificate");
        ERR_clear_error();
        for (X509Pointer& certificate : some) all.push_back(std::move(certificate));
    }
    if (all.empty() && faults.size() == faults_before)
        fault(faults, path, "holds no certificate in PEM; it names who signs those of clients");
    return all;
}

std::vector<CrlPointer> read_revocations(const Placed& path, Faults& faults) {
    std::vector<CrlPointer> all;
    const BioPointer bio = open_file(path, faults);
    if (!bio) return all;
    Password none;
    while (X509_CRL* const crl = PEM_read_bio_X509_CRL(bio.get(), nullptr, Password::give, &none))
        all.emplace_back(crl);
    if (all.empty() || !at_end())
        fault(faults, path, "holds no list of revoked certificates in PEM");
    ERR_clear_error();
    for (const CrlPointer& crl : all) {
        const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(crl.get());
        if (next != nullptr && X509_cmp_current_time(next) < 0)
            log_warn("net", "a list of revoked certificates is out of date: it refuses all",
                     {{"file", path.text}, {"where", path.where.text()}});
    }
    return all;
}

}  // namespace grapnel

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/peer_address.h"
#include "net/stream.h"
#include "web/http_stream.h"

namespace grapnel {

// One request, as far as it was asked for.
struct HttpRequest {
    std::string method;                                           // GET, HEAD, POST …
    std::string path;                                             // decoded, begins with '/'
    std::vector<std::pair<std::string, std::string>> parameters;  // behind the '?', decoded
    std::vector<std::pair<std::string, std::string>> headers;     // names in lower case
    std::string body;
    PeerAddress peer;
    std::optional<TlsPeer> certificate;  // that the listener has verified

    // The header of that name (in lower case); empty: there is none.
    std::string_view header(std::string_view name) const;
    // The first parameter of that name; null: there is none.
    const std::string* parameter(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;  // names end with ':'
    std::shared_ptr<HttpStream> stream;  // gives the body, which is empty else, piece by piece
};

// Gives the answer to one request. The first call counts; none at all ends the connection. Any
// thread.
using HttpAnswer = std::function<void(HttpResponse)>;
// Runs on the web thread, which it must not hold up: what takes long answers later from elsewhere.
using HttpHandler = std::function<void(const HttpRequest&, const HttpAnswer&)>;

// Which handler a method and a path have. A path is whole and has no parts that vary: what a
// request is about stands in its parameters, as libwebsockets folds "//" and "/../" in a path even
// where they were encoded, which topics and client ids may hold. Filled before it is asked. Any
// thread then.
class HttpRoutes {
public:
    // Looks at a request before its body is read: the answer that refuses it, or nothing.
    using Gate = std::function<std::optional<HttpResponse>(const HttpRequest&)>;
    struct Route {
        HttpHandler handler;
        Gate gate;  // empty: whoever asks is served
    };

    // GET includes HEAD.
    void add(std::string method, std::string path, HttpHandler handler, Gate gate = {});

    struct Found {
        const Route* route = nullptr;
        int status = 404;   // without a route: 404 or 405
        std::string allow;  // with 405: the methods that there are
    };
    Found find(std::string_view method, std::string_view path) const;

    // All that were added, as method and path.
    std::vector<std::pair<std::string, std::string>> all() const;

private:
    std::map<std::string, std::map<std::string, Route>, std::less<>> routes_;
};

// What a status says in a few words, as "Not Found".
const char* http_status_text(int status);

}  // namespace grapnel

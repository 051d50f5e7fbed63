#include "ctl/run.h"

namespace grapnel::ctl {

const char* const kHelp = R"(grapnel ctl [OPTION …] COMMAND [ARGUMENT …]

Ask a running broker, and tell it what to do, through its admin API.

  status                       what it holds and has done
  clients [--search TEXT] [--user NAME] [--listener ID] [--connected | --away] [--limit N]
                               all clients and sessions; TEXT is part of an id, a user's name or an
                               address
  client ID                    all of one client
  disconnect ID [--reason R]   end its connection; R as 0x98 or server-busy
  drop ID                      end its connection and its session
  trace ID                     show its packets until Ctrl-C; --off: end every trace of it
  publish TOPIC [PAYLOAD | --file FILE | -]
                               "-" is the standard input; without any the payload is empty
      [--qos N] [--retain] [--expiry TIME] [--content-type TEXT] [--response-topic TOPIC]
      [--correlation-data TEXT] [--user-property NAME=VALUE …]
  retained [FILTER] [--limit N]
  retained get TOPIC [--payload]
                               --payload: nothing but the payload, byte by byte
  retained delete TOPIC | --filter FILTER
  subscriptions [--search TEXT] [--limit N]
  plugins                      with the times of their hooks
  listeners
  bans
  unban ADDRESS
  reload                       as SIGHUP; prints the faults of the configuration, if there are any
  log-level [LEVEL]            debug, info, warn or error
  log                          follow the log
  watch                        a line of rates every second

  --url URL          http://127.0.0.1:8080 (the default), https://HOST:PORT or unix:/PATH; else the
                     environment variable GRAPNEL_URL
  --token-file FILE  its first line is the token; else the environment variable GRAPNEL_TOKEN
  --config FILE      the broker's configuration: it says where the API is, and its token
  --ca FILE          authorities of the server's certificate, instead of those of the system
  --cert FILE --key FILE
                     the certificate of this side
  --insecure         believe any server; the token may go to anybody then
  --json             print what the API answers, as it is; log, trace and watch print an object a
                     line
  --timeout TIME     how long an answer may be silent: 30s; a trace that has begun may be for ever

The exit status is 0 after success, 1 when the broker refuses or cannot be reached, and 2 after
wrong arguments.
)";

}  // namespace grapnel::ctl

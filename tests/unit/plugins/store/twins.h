#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace grapnel::store::test {

// Texts that share std::hash in libstdc++, whose seed is no secret.

inline constexpr std::string_view kId = "victim";
inline constexpr std::string_view kTwinOfId = "V79nuWO71ol8\\`\\%";

inline constexpr std::size_t kCollidingMost = std::size_t{1} << 16;

// One of kCollidingMost topics, which all collide.
inline std::string colliding_topic(std::size_t number) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kPairs{
        {{"PliIX6meolEmA61e", "G93dWLLDKHUhR`ww"},
         {"zPyGhkJsa9xMI3Tv", "IiFdGTU3Ovu\\JGL]"},
         {"5RkVcrvF7SklvLc6", "CtqrD2TBorK<Tkr`"},
         {"Wpmj7l7NSd9aA1ks", "EuMT1VEn`Jfz@4pa"},
         {"0wyx045dbGFxBz34", "PqDEKVK7v60Rdjv["},
         {"yZGTmy7nC1lO6kxR", "LVUHXVCPn{TaAtX?"},
         {"q0QGIbEKSBzZAOuN", "wWevGYnK7O{Z[7Z>"},
         {"QWU3D1UsJuPbuVK5", "9IankU25L:8haX1a"},
         {"rNOCVKXpH7p6amYt", "1yjr6eDzzn6[P2;W"},
         {"duKVto0hTfCcW7AJ", "pyOKolnL4yZ^n^M|"},
         {"i2ifWDZbClUCF4vR", "qMEdiGZX]]vxI1fA"},
         {"XziAT2V5vXEF5bIS", "2pzGcHWIxQMyba3z"},
         {"nVUDfcsAwrCfLJQ6", "FaMDzHwtmBu3HOOq"},
         {"529xEDyxUMEDJQJY", "Vbe2CRhuY1=GR=6U"},
         {"idJPNwaxth0jaW5q", "kvawzRA0BM;wkgZe"},
         {"N3Gnlx0lao68Yu3u", "Fkbers4v<j9L1fKq"}}};
    std::string topic;
    for (std::size_t at = 0; at < kPairs.size(); ++at)
        topic += (number >> at & 1) == 0 ? kPairs[at].first : kPairs[at].second;
    return topic;
}

}  // namespace grapnel::store::test

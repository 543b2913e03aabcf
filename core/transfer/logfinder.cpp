// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/logfinder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace watchline {

namespace {

/// A text, and where in it the two bytes are that are rare in logs: they are looked for.
struct Needle
{
    std::string_view text;
    std::size_t anchor;

    constexpr char first() const { return text[anchor]; }
    constexpr char second() const { return text[anchor + 1]; }
};

// What has a target has the first; of lines without one each known message has another.
constexpr std::array kNeedles = {
    Needle{"remote_access", 5},
    Needle{"watch_lease_id", 10},
    Needle{"watch stream connect", 2},
    Needle{"watch endpoint ret", 2},
    Needle{"device context", 12},
    Needle{"unauthorized; stop", 8},
    Needle{"heartbeat failed", 4},
    Needle{"failed to join room", 10},
    Needle{"ignoring un", 1},
    Needle{"unexpected `hello`", 11},
    // Where journald's export format begins, and a text that its JSON gives as numbers.
    Needle{"__CURSOR=", 1},
    Needle{"\"MESSAGE\":[", 6},
    // What journalctl shows of a text with colours.
    Needle{"B blob data]", 10},
};

/// Whether a needle has its anchor at `at`.
bool isNeedle(const char *begin, const char *at, const char *end)
{
    for (const auto &needle : kNeedles) {
        if (*at != needle.first() || at[1] != needle.second() ||
            at - begin < static_cast<std::ptrdiff_t>(needle.anchor))
            continue;
        const char *const start = at - needle.anchor;
        if (end - start >= static_cast<std::ptrdiff_t>(needle.text.size()) &&
            std::memcmp(start, needle.text.data(), needle.text.size()) == 0)
            return true;
    }
    return false;
}

constexpr std::size_t pairIndex(char first, char second)
{
    return static_cast<std::size_t>(static_cast<unsigned char>(first)) * 256 +
           static_cast<unsigned char>(second);
}

/// Byte by byte: of machines without the instructions below, and of the end of a block.
const char *findSlowly(const char *begin, const char *at, const char *end)
{
    static const auto pairs = [] {
        std::array<bool, 65536> wanted{};
        for (const auto &needle : kNeedles)
            wanted[pairIndex(needle.first(), needle.second())] = true;
        return wanted;
    }();
    for (; at + 1 < end; ++at) {
        if (pairs[pairIndex(at[0], at[1])] && isNeedle(begin, at, end))
            return at;
    }
    return end;
}

#ifdef __SSE2__

constexpr std::ptrdiff_t kStep = 16;

__m128i load(const char *at)
{
    return _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
}

/// Of two needles with the same anchor the first speaks for both.
constexpr bool isFirstOfItsAnchor(std::size_t index)
{
    for (std::size_t i = 0; i < index; ++i) {
        if (kNeedles[i].first() == kNeedles[index].first() &&
            kNeedles[i].second() == kNeedles[index].second())
            return false;
    }
    return true;
}

template<std::size_t Index>
__m128i anchors(__m128i first, __m128i second)
{
    if constexpr (isFirstOfItsAnchor(Index))
        return _mm_and_si128(_mm_cmpeq_epi8(first, _mm_set1_epi8(kNeedles[Index].first())),
                             _mm_cmpeq_epi8(second, _mm_set1_epi8(kNeedles[Index].second())));
    else
        return _mm_setzero_si128();
}

template<std::size_t... Index>
__m128i allAnchors(__m128i first, __m128i second, std::index_sequence<Index...>)
{
    __m128i found = _mm_setzero_si128();
    ((found = _mm_or_si128(found, anchors<Index>(first, second))), ...);
    return found;
}

#endif

} // namespace

const char *findGatewayText(const char *begin, const char *end)
{
    const char *at = begin;
#ifdef __SSE2__
    while (end - at > kStep) {
        const auto found =
            allAnchors(load(at), load(at + 1), std::make_index_sequence<kNeedles.size()>());
        auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
        while (mask != 0) {
            const char *const place = at + __builtin_ctz(mask);
            if (isNeedle(begin, place, end))
                return place;
            mask &= mask - 1;
        }
        at += kStep;
    }
#endif
    return findSlowly(begin, at, end);
}

std::int64_t countLines(const char *begin, const char *end)
{
    std::int64_t lines = 0;
    const char *at = begin;
#ifdef __SSE2__
    const auto lineFeed = _mm_set1_epi8('\n');
    while (end - at >= kStep) {
        // A byte holds 255 of them.
        const auto steps = std::min<std::ptrdiff_t>((end - at) / kStep, 255);
        auto counts = _mm_setzero_si128();
        for (std::ptrdiff_t i = 0; i < steps; ++i, at += kStep)
            counts = _mm_sub_epi8(counts, _mm_cmpeq_epi8(load(at), lineFeed));
        const auto sums = _mm_sad_epu8(counts, _mm_setzero_si128());
        lines += _mm_cvtsi128_si64(sums) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums));
    }
#endif
    return lines + std::count(at, end, '\n');
}

} // namespace watchline

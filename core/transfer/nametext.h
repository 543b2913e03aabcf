// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/transfer/pseudonyms.h"

namespace watchline {

/// What a text is taken apart into.
class NameSink
{
public:
    virtual ~NameSink() = default;
    virtual void plain(std::string_view text) = 0;
    virtual void name(NameKind kind, std::string_view name) = 0;
    /// Something stood here that nobody is to know, not even whether it was the same elsewhere.
    virtual void secret() = 0;
};

/// Finds in a text what tells somebody from others: the names that are `known` where they stand as
/// words of their own, and whatever looks like a URL's host, user, path or value, an e-mail
/// address, an IP or hardware address, a host's name (one of a single word where it has a port, or
/// where the words before it say so), a user's folder, an identifier of the platform, or a long
/// random word; and secrets behind their names. Everything is given on, in order. Takes as long as
/// the text, whatever it is like.
void takeApart(std::string_view text, const Pseudonyms *known, NameSink &sink);

/// The same of a URL alone; of anything else nothing stays.
void takeApartUrl(std::string_view text, const Pseudonyms *known, NameSink &sink);

/// A watch is mostly named after its host and port: then so is its pseudonym.
void takeApartSource(std::string_view source, NameSink &sink);

} // namespace watchline

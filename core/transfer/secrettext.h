// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <optional>
#include <string_view>

namespace watchline {

/// Whether a value of this name is a secret: a password, a token, a header that authorizes.
bool isSecretKey(std::string_view key);

/// Whether a list of this name is one of secrets: `tokens`.
bool isKeyOfSecrets(std::string_view key);

/// A part of a text.
struct TextPart
{
    std::size_t begin;
    std::size_t end;
};

/// The secret that a text holds for the word at `at`: `password=...`, `"token": "..."`,
/// `--token ...`, `Authorization: Basic ...`, `Bearer ...`, or the word itself, if it begins as
/// only a credential does. As far as it can be recognised. `at` is no word's inside.
std::optional<TextPart> secretAt(std::string_view text, std::size_t at);

} // namespace watchline

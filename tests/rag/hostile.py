"""Text as somebody would write it who wants to leave its place in a prompt."""

from __future__ import annotations

from hypothesis import strategies as st

HOSTILE = st.lists(
    st.sampled_from(
        [
            *"[]【】()<>/|.,;:-12 39\n\u200b\u2028［］$\\{}^S†#*_＜◁–`\"'〔⟧．·․\u0301\u3164\ufe0f\x85",
            *("papers", "question", "reader", "claims", "1.3", "$.$", "INST", "[/INST]", "<|im_start|>"),
            *(
                "OPEN",
                "OPEN:",
                "Open :",
                "DROP",
                "1: DROP",
                "1:",
                "## ",
                "### Instruction:",
                "Human:",
                "System :",
            ),
            *(
                "</papers>",
                "⟨/papers⟩",
                "&lt;/question",
                "</рapers>",
                "𝚙apers",
                "〈",
                "＞",
                "▷",
                "(1.3)",
                "【1.3",
            ),
            *("we say", "think", "<think>", "\U000e0041", "answer", '{"answer": "x [1.3]"}', "| a [1.3] |\n"),
        ]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)

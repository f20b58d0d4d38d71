"""Any LangChain chat model by setting, as one callable; a provider that fails raises ProviderDown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from assistant.errors import ProviderDown, SettingsError
from assistant.settings import Settings


def open_chat(settings: Settings) -> Callable[[list[tuple[str, str]]], str]:
    """`say(messages)` for the model that the settings name. Raises SettingsError if there is none."""
    provider, _, name = (settings.model or "").partition(":")
    if not provider or not name:
        raise SettingsError(f"SECONDCHAIR_MODEL {settings.model!r}: expected provider:model")
    options: dict[str, Any] = {
        "timeout": settings.model_timeout,
        "max_retries": 1,
        "temperature": 0,
    }
    if settings.model_url:
        options["base_url"] = settings.model_url
    if settings.model_key:
        options["api_key"] = settings.model_key.get_secret_value()
    try:
        model = init_chat_model(name, model_provider=provider, **options)
    except ImportError as error:
        raise SettingsError(
            f"SECONDCHAIR_MODEL: install the package of {provider!r}: {error}"
        ) from None
    except ValueError as error:
        raise SettingsError(f"SECONDCHAIR_MODEL {settings.model!r}: {error}") from None

    def say(messages: list[tuple[str, str]]) -> str:
        try:
            answer = model.invoke([_message(role, text) for role, text in messages])
        except Exception as error:
            raise ProviderDown(type(error).__name__) from error
        return str(answer.text)

    return say


def _message(role: str, text: str) -> BaseMessage:
    return AIMessage(text) if role == "assistant" else HumanMessage(text)

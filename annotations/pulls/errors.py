"""What an EcoTaxa server refuses. The words are for people."""


class EcotaxaRefused(ValueError):
    """It would be refused again."""


class SignInRefused(EcotaxaRefused):
    def __init__(self) -> None:
        super().__init__("The EcoTaxa server does not know this account and password. Check both.")


class SessionEnded(EcotaxaRefused):
    def __init__(self) -> None:
        super().__init__(
            "Your sign-in at the EcoTaxa server has ended. Sign in again: it goes on where it stopped."
        )


class NoRight(EcotaxaRefused):
    def __init__(self) -> None:
        super().__init__(
            "Your EcoTaxa account may not see this project. Ask its manager there for the right to view it."
        )


class NotThere(EcotaxaRefused):
    def __init__(self, thing: str) -> None:
        super().__init__(f"The EcoTaxa server has no {thing}. Check the number.")


class OtherAnswer(EcotaxaRefused):
    def __init__(self, host: str) -> None:
        super().__init__(f"{host} does not answer as an EcoTaxa server does. Check the address.")


class PullTooLarge(EcotaxaRefused):
    def __init__(self, most: int) -> None:
        super().__init__(
            f"The project is larger than {most / 10**9:,.0f} GB, the most that is imported at once: ask the "
            "administrator to raise SESTON_IMPORT_MAX_BYTES."
        )

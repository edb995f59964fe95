from annotations.moving.models import Move
from annotations.samples.following import stays

stays(Move, reason="the log of this")

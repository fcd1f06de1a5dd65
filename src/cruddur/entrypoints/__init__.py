"""Entry points besides the commands: the projector's loop, and the Lambda behind the stream."""

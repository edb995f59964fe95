# One image for the web process, the workers and beat; PostgreSQL and Redis are containers of their own.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PYTHONPATH=/seston/platform:/seston SESTON_HOME=/data
WORKDIR /seston

# torch first and by itself: its layer is the large one, and seldom changes
RUN pip install torch==2.13.0
COPY pyproject.toml README.md LICENSE manage.py ./
COPY platform platform
COPY annotations annotations
COPY classifier classifier
COPY worker worker
RUN pip install --editable .
COPY templates templates
COPY static static

RUN useradd --create-home seston && mkdir /data && chown seston /data
USER seston
VOLUME /data
EXPOSE 8000
CMD ["uvicorn", "seston.asgi:application", "--host", "0.0.0.0", "--port", "8000"]

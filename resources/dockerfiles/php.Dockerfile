# {{label}}. Proposed by Longshore: edit it here, or put a Dockerfile of your own into the folder.
{{if install}}
FROM composer:2 AS vendor
WORKDIR /app
COPY . .
RUN composer install --no-dev --no-interaction --no-progress --prefer-dist --optimize-autoloader --ignore-platform-reqs

{{end}}
FROM php:{{tag}}
ENV PORT={{port}}
{{if extensions}}
RUN docker-php-ext-install {{extensions}}
{{end}}
# Apache without root rights on $PORT.
RUN a2enmod rewrite \
    && sed -ri 's/Listen 80$/Listen ${PORT}/' /etc/apache2/ports.conf \
    && sed -ri -e 's/:80>/:${PORT}>/' -e 's#/var/www/html#{{documentRoot}}#g' /etc/apache2/sites-available/000-default.conf \
    && sed -ri 's#/var/www/#{{documentRoot}}/#g' /etc/apache2/apache2.conf
WORKDIR /var/www/html
{{if install}}
COPY --from=vendor --chown=www-data:www-data /app .
{{else}}
COPY --chown=www-data:www-data . .
{{end}}
USER www-data
EXPOSE {{port}}
